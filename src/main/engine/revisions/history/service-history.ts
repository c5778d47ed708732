import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { ReleaseFacts, ServiceHistory } from '../../../../shared/model/history.ts';
import type { ContainerImage, Image } from '../../../../shared/model/image.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { placeInFamily } from '../../ecs/revision-arn.ts';
import type { CallContext, Handlers } from '../../ports/handlers.ts';
import { keepImageFacts } from '../cache/cached-image-facts.ts';
import { describeCached } from '../cache/cached-revisions.ts';
import { diffImages } from '../diff/image-diff.ts';
import { revisionOf } from '../read/revision-facts.ts';
import { listNames } from './list-names.ts';
import { readReleaseCauses } from './release-causes.ts';
import { readRows } from './revision-rows.ts';
import type { TimelineDependencies } from './timeline.ts';

const EARLIER_SHOWN = 30;

export interface HistoryDependencies extends TimelineDependencies {
  readonly catalog: Pick<Handlers, 'services.deployments' | 'services.tasks' | 'services.get'>;
}

/** The method about the history of a service. */
export function createHistoryHandlers(dependencies: HistoryDependencies): Pick<Handlers, 'services.history'> {
  return {
    'services.history': (service, { signal }) =>
      readServiceHistory(dependencies, service, { signal, emit: () => undefined }),
  };
}

/**
 * What a history says beside its deployments: image version against the release before, who registered, why it failed; and
 * the revisions of the time before ECS kept deployments (90 days, and none from before 2024-10-25).
 */
async function readServiceHistory(
  dependencies: HistoryDependencies,
  service: ServiceRef,
  context: Pick<CallContext<'services.deployments'>, 'signal' | 'emit'>,
): Promise<ServiceHistory> {
  const { catalog } = dependencies;
  const deployments = await catalog['services.deployments'](service, context);
  const [releases, earlier] = await Promise.all([
    readReleases(dependencies, service, deployments, context.signal),
    readEarlier(dependencies, service, deployments, context.signal),
  ]);
  return { releases, ...earlier };
}

async function readReleases(
  dependencies: HistoryDependencies,
  service: ServiceRef,
  deployments: readonly Deployment[],
  signal: AbortSignal,
): Promise<readonly ReleaseFacts[]> {
  const { aws, caches, images, catalog } = dependencies;
  const scope = { account: service.account, region: service.region };
  const ecs = aws.ecs(scope, 'visible');
  const cache = await caches.of(ecs, scope);
  const arns = [...new Set(deployments.flatMap(({ taskDefinitionArn }) => taskDefinitionArn ?? []))];
  const [described, withFacts, causes] = await Promise.all([
    describeCached({ ecs, cache }, arns, signal),
    addFacts(keepImageFacts(images, cache.answers), scope, deployments, signal),
    readReleaseCauses(
      () => catalog['services.tasks'](service, { signal, emit: () => undefined }),
      cache.answers,
      deployments,
    ),
  ]);
  const revisions = new Map(
    described.flatMap((each) =>
      each ? [[each.taskDefinition.taskDefinitionArn, revisionOf(each, [])]] : [],
    ),
  );
  return deployments.map((deployment, place): ReleaseFacts => {
    const { arn, taskDefinitionArn = '' } = deployment;
    const { registeredBy, note } = revisions.get(taskDefinitionArn) ?? {};
    const before = placeBefore(deployments, place);
    const cause = causes.get(arn);
    return {
      arn,
      images: diffImages(before === undefined ? undefined : withFacts[before], withFacts[place] ?? []),
      ...(registeredBy === undefined ? {} : { registeredBy }),
      ...(note === undefined ? {} : { note }),
      ...(cause === undefined ? {} : { cause }),
    };
  });
}

/** What ran before a deployment: the revision that ECS names as its source, or else the success before it. */
function placeBefore(deployments: readonly Deployment[], place: number): number | undefined {
  const source = deployments[place]?.previousRevision;
  const find = (test: (each: Deployment) => boolean): number =>
    deployments.findIndex((each, index) => index > place && test(each));
  const named = find(({ revision }) => source !== undefined && revision === source);
  const found = named === -1 ? find(({ outcome }) => outcome === 'succeeded') : named;
  return found === -1 ? undefined : found;
}

/**
 * The images of each deployment with what the registry says of them; without where it cannot be read. ECS keeps no
 * digest where a container has version consistency off: then the tag is taken for what it stands for now, unless that
 * was pushed after the deployment started.
 */
async function addFacts(
  images: ReturnType<typeof keepImageFacts>,
  scope: { readonly account: string; readonly region: string },
  deployments: readonly Deployment[],
  signal: AbortSignal,
): Promise<readonly (readonly ContainerImage[])[]> {
  const wanted = deployments.flatMap((deployment) =>
    deployment.images.map(({ image, digest }) => ({ reference: image, digest })),
  );
  const facts = await images.manyFacts(scope, wanted, signal);
  let next = 0;
  return deployments.map((deployment) =>
    deployment.images.map((image) => {
      const found = facts[next++];
      if (found === undefined || isYounger(found, image, deployment)) return image;
      return { ...image, digest: image.digest ?? found.digest, facts: found };
    }),
  );
}

function isYounger(
  { pushedAt = '' }: Image,
  { digest }: ContainerImage,
  { createdAt = '' }: Pick<Deployment, 'createdAt'>,
): boolean {
  return digest === undefined && Date.parse(pushedAt) > Date.parse(createdAt);
}

async function readEarlier(
  dependencies: HistoryDependencies,
  service: ServiceRef,
  deployments: readonly Deployment[],
  signal: AbortSignal,
): Promise<Pick<ServiceHistory, 'earlier' | 'earlierCount'>> {
  const context = { signal, emit: () => undefined };
  const { family } = await dependencies.catalog['services.get'](service, context);
  if (family === '') return { earlier: [], earlierCount: 0 };
  const scope = { account: service.account, region: service.region };
  const request = { scope, family, statuses: ['ACTIVE', 'INACTIVE'], whole: false } as const;
  const { listed } = await listNames(dependencies, request, context.emit, signal);
  const released = deployments.flatMap(({ revision = '' }) =>
    revision.startsWith(`${family}:`) ? [placeInFamily(revision).number] : [],
  );
  const oldest = Math.min(...released);
  const arns = listed
    .flatMap((each) => each.numbers.map((number) => ({ number, arn: `${each.family}${number}` })))
    .filter(({ number }) => number < oldest)
    .toSorted((one, other) => other.number - one.number)
    .map(({ arn }) => arn);
  const rows = arns.slice(0, EARLIER_SHOWN).map((revision, place) => ({ revision, before: arns[place + 1] }));
  return { earlier: await readRows(dependencies, { scope, rows }, signal), earlierCount: arns.length };
}
