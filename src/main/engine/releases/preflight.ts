import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Deployment } from '../../../shared/model/deployment.ts';
import type { Check } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { type Reading, read } from './checks/check.ts';
import { type FoundImage, imageCanBePulled, platformFits, tagStaysWhatItIs } from './checks/image-checks.ts';
import {
  deploymentCanMove,
  nobodyElseDeploys,
  nothingChanges,
  revisionIsActive,
} from './checks/movement-checks.ts';
import { type LastGood, rollbackIsPossible } from './checks/rollback-check.ts';
import {
  circuitBreakerIsOn,
  controllerIsEcs,
  hasNoDowntime,
  isOwnedByNobodyElse,
  serviceIsActive,
} from './checks/service-checks.ts';
import { revisionNameOf } from './names.ts';
import { recordKnownEnds } from './record-outcome.ts';
import type { ReleaseDependencies } from './release-dependencies.ts';
import type { DeployableService, DescribedRevision } from './service-reading.ts';
import { type PlannedAction, startsDeployment } from './stored-plan.ts';

/** What a plan wants and what it stands on, already read. */
export interface PreflightSubject {
  readonly ref: ServiceRef;
  readonly service: DeployableService;
  readonly action: PlannedAction;
  /** The revision that is deployed, or whose content is registered again. */
  readonly revision: DescribedRevision;
  /** What the new tasks will be made from. */
  readonly content: RegisterTaskDefinitionRequest;
  readonly isChange: boolean;
}

export interface Preflight {
  readonly checks: readonly Check[];
  readonly deployments: Reading<readonly Deployment[]>;
  /** The images of `content`, as the registry has them. */
  readonly images: readonly FoundImage[];
}

/** Looks at everything that would make a release fail. Reads only; what cannot be read makes a check `unknown`. */
export async function preflight(
  dependencies: ReleaseDependencies,
  subject: PreflightSubject,
  signal: AbortSignal,
): Promise<Preflight> {
  const { ref, service, action, content } = subject;
  const [deployments, images] = await Promise.all([
    readDeployments(dependencies, ref, signal),
    findImages(dependencies, ref, imagesOf(content), signal),
  ]);
  const always = [
    ...(subject.isChange ? [] : [nothingChanges()]),
    serviceIsActive(service),
    controllerIsEcs(service),
  ];
  const owner = isOwnedByNobodyElse(service);
  if (!startsDeployment(action) || action.kind === 'stop') {
    return { checks: [...always, owner], deployments, images };
  }

  const hasHealthCheck =
    content.containerDefinitions?.some(({ healthCheck }) => healthCheck !== undefined) ?? false;
  const lastGood = await readLastGood(dependencies, ref, deployments, signal);
  const deploysAsIs = action.register === undefined;
  return {
    deployments,
    images,
    checks: [
      ...always,
      ...(deploysAsIs
        ? [
            revisionIsActive(
              revisionNameOf(subject.revision.taskDefinition.taskDefinitionArn),
              subject.revision.taskDefinition.status,
            ),
          ]
        : []),
      ...images
        .flatMap((image) => [
          imageCanBePulled(image),
          platformFits(image, content.runtimePlatform) ?? [],
          tagStaysWhatItIs(image),
        ])
        .flat(),
      deploymentCanMove(service, action.desiredCount ?? service.desiredCount ?? 0),
      nobodyElseDeploys(deployments, dependencies.clock.now()),
      owner,
      circuitBreakerIsOn(service),
      hasNoDowntime(service, hasHealthCheck),
      rollbackIsPossible(lastGood),
    ],
  };
}

/** The sentence for a release that a check forbids, or undefined. */
export function preflightFailure(title: string, checks: readonly Check[]): SlipwayError | undefined {
  const failed = checks.filter(({ result }) => result === 'fail');
  const [first] = failed;
  if (first === undefined) return undefined;
  const more = failed.length === 1 ? '' : ` (and ${failed.length - 1} more checks failed)`;
  return new SlipwayError(
    'PREFLIGHT_FAILED',
    `“${title}” was not started: ${first.message}${more}. ${first.advice ?? ''}`.trimEnd(),
    { detail: { rule: first.rule } },
  );
}

/** Container and reference of each container of a task definition. */
export function imagesOf(
  content: RegisterTaskDefinitionRequest,
): readonly { readonly container: string; readonly reference: string }[] {
  return (content.containerDefinitions ?? []).map(({ name = '', image = '' }) => ({
    container: name,
    reference: image,
  }));
}

async function readDeployments(
  { catalog, journal }: ReleaseDependencies,
  ref: ServiceRef,
  signal: AbortSignal,
): Promise<Reading<readonly Deployment[]>> {
  try {
    const deployments = await catalog['services.deployments'](ref, { signal, emit: () => {} });
    recordKnownEnds(journal, deployments);
    return read(deployments);
  } catch (error) {
    return unreadableBecauseOf(error);
  }
}

/** An error that is the person's to solve makes a check unknown; one that ends the call goes on. */
function unreadableBecauseOf(error: unknown): { readonly state: 'unreadable'; readonly reason: string } {
  if (!(error instanceof SlipwayError)) throw error;
  if (error.code === 'CANCELLED' || error.code === 'AUTH_REQUIRED' || error.code === 'MFA_REQUIRED')
    throw error;
  return { state: 'unreadable', reason: error.message };
}

async function findImages(
  { findImage }: ReleaseDependencies,
  ref: ServiceRef,
  images: readonly { readonly container: string; readonly reference: string }[],
  signal: AbortSignal,
): Promise<readonly FoundImage[]> {
  const scope = { account: ref.account, region: ref.region };
  return Promise.all(
    images.map(async ({ container, reference }) => ({
      container,
      reference,
      finding: await findImage(scope, reference, signal),
    })),
  );
}

/** The newest deployment that worked is where ECS goes back to when this one fails. */
async function readLastGood(
  dependencies: ReleaseDependencies,
  ref: ServiceRef,
  deployments: Reading<readonly Deployment[]>,
  signal: AbortSignal,
): Promise<Reading<LastGood | undefined>> {
  if (deployments.state === 'unreadable') return deployments;
  const good = deployments.value.find(({ outcome }) => outcome === 'succeeded');
  if (good?.revision === undefined) return read(undefined);
  const references = good.images.map(({ container, image, digest }) => ({
    container,
    reference: withDigest(image, digest),
  }));
  return read({ revision: good.revision, images: await findImages(dependencies, ref, references, signal) });
}

/** The very image that ran, wherever its tag points by now. */
export function withDigest(image: string, digest: string | undefined): string {
  return digest === undefined || image.includes('@') ? image : `${image}@${digest}`;
}
