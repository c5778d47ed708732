import type { ECSClient } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { ContainerImage } from '../../../../shared/model/image.ts';
import { releaseName } from '../../../../shared/model/image-version.ts';
import type { Check, Plan } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { lastPartOf, serviceLabel } from '../../aws/arns.ts';
import { pass, unknown, warn } from '../../ecs/check.ts';
import { isExpress } from '../../ecs/deployed-revision.ts';
import { registrationInput, withImages } from '../../ecs/registration.ts';
import { isReleasedByTaskSets } from '../../ecs/service-task-sets.ts';
import { registeredAgain } from '../checks/movement-checks.ts';
import { withDigest } from '../checks/preflight-reads.ts';
import { readServiceRestoration } from '../model/read-service-restoration.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { type DeployableService, readRevision, readService } from '../model/service-reading.ts';
import { needsForce } from '../model/service-restoration.ts';
import type { ReopenedPlan, UpdateAction } from '../model/stored-plan.ts';
import { composePlan } from './compose-plan.ts';
import { planTaskSetRollback } from './plan-task-set-rollback.ts';

/** A deployment to roll back to, with what it ran. */
type Target = Deployment & { readonly taskDefinitionArn: string; readonly revision: string };

/**
 * A plan for rolling back to a deployment (its ARN), or to the last release that worked: its task definition, and what
 * else its service revision had different. The number of tasks stays. Throws NOT_FOUND when there is none or its
 * revision was deleted permanently, and CONFLICT when the service runs it already, ECS itself is rolling back, or
 * CodeDeploy deploys it.
 */
export async function planRollback(
  dependencies: ReleaseDependencies,
  ref: ServiceRef,
  to: string | undefined,
  signal: AbortSignal,
  reopened?: ReopenedPlan,
): Promise<Plan> {
  const ecs = dependencies.aws.ecs(ref, 'clicked');
  const [service, deployments] = await Promise.all([
    readService(ecs, ref, signal),
    dependencies.catalog['services.deployments'](ref, { signal, emit: () => {} }),
  ]);
  if (isReleasedByTaskSets(service)) {
    return planTaskSetRollback(dependencies, { ref, service, deployments, to, reopened }, signal);
  }
  if (service.deploymentController?.type === 'CODE_DEPLOY') throw codeDeployGoesBack(ref);
  const target = chooseTarget(ref, deployments, to);
  const inFlight = deployments.find(({ outcome }) => outcome === 'in-progress');
  if (inFlight !== undefined) refuseSecondRollback(ref, inFlight);
  const [current, revision] = await Promise.all([
    readRevision(ecs, service.taskDefinition, signal),
    readRevision(ecs, target.taskDefinitionArn, signal),
  ]);

  if (inFlight !== undefined && isWhereEcsGoes(deployments, target)) {
    const content = registrationInput(revision);
    return composePlan(
      dependencies,
      {
        kind: 'stop',
        title: `Stop the deployment of ${inFlight.revision ?? ref.service} and roll back to ${releaseName(target, ref.service)}`,
        action: { kind: 'stop', deploymentArn: inFlight.arn },
        ref,
        service,
        revision,
        current,
        content,
        moreChecks: isExpress(service) ? await notTakenBack(ecs, service, target, signal) : [],
        intent: { kind: 'rollback', to: target.arn },
        reopened,
      },
      signal,
    );
  }

  const [moved, restoration] = await Promise.all([
    movedImages(dependencies, ref, target, signal),
    readServiceRestoration(ecs, service, target.serviceRevisionArn, signal),
  ]);
  const isSameRevision = target.taskDefinitionArn === service.taskDefinition && moved.pins.length === 0;
  const isRestored = restoration.members.length > 0;
  const hasOtherSettings = isRestored || Object.keys(restoration.express).length > 0;
  if (inFlight === undefined && isSameRevision && !hasOtherSettings) {
    throw new SlipwayError(
      'CONFLICT',
      `${serviceLabel(ref)} already runs ${target.revision}. Choose an earlier release.`,
    );
  }
  const isActive = revision.taskDefinition.status === 'ACTIVE';
  const needsOwn = !isActive || moved.pins.length > 0;
  const stays = !needsOwn && isSameRevision && hasOtherSettings;
  const action: UpdateAction = {
    kind: 'update',
    ...(needsOwn ? { register: { from: target.taskDefinitionArn, images: moved.pins } } : {}),
    ...(needsOwn || stays ? {} : { taskDefinition: target.taskDefinitionArn }),
    ...(isRestored && target.serviceRevisionArn !== undefined
      ? { restore: { from: target.serviceRevisionArn, members: restoration.members } }
      : {}),
    ...restoration.express,
    ...(needsForce(restoration.members) ? { forceNewDeployment: true } : {}),
  };
  return composePlan(
    dependencies,
    {
      kind: 'rollback',
      title: `Roll ${ref.service} back to ${releaseName(target, ref.service)}`,
      action,
      ref,
      service,
      revision,
      current,
      content: withImages(registrationInput(revision), moved.pins),
      restored: restoration.update,
      moreServiceDifferences: restoration.differences,
      moreChecks: [
        ...moved.checks,
        ...restoration.checks,
        ...(isActive ? [] : [registeredAgain(target.revision)]),
      ],
      intent: { kind: 'rollback', to: target.arn },
      reopened,
    },
    signal,
  );
}

/**
 * What the deployment in flight of an Express service has changed beside its tasks. ECS documents that stopping it brings
 * back the earlier service revision, and says nothing of the resources that it manages for the service.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopServiceDeployment.html
 */
async function notTakenBack(
  ecs: ECSClient,
  service: DeployableService,
  { serviceRevisionArn, revision }: Target,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const { express } = await readServiceRestoration(ecs, service, serviceRevisionArn, signal);
  const changed = [
    ...(express.scaling === undefined ? [] : ['scaling']),
    ...(express.healthCheckPath === undefined ? [] : ['health check path']),
  ].join(' and the ');
  if (changed === '') return [];
  return [
    warn(
      'service-revision',
      `ECS may not take back the ${changed} that this deployment has changed`,
      `Look at the settings of the service when it has rolled back. If they are not those of ${revision}, roll back to that release once more: Slipway then sets them.`,
    ),
  ];
}

function chooseTarget(ref: ServiceRef, deployments: readonly Deployment[], to: string | undefined): Target {
  const chosen = deployments.find((deployment) =>
    to === undefined ? deployment.isRollbackTarget : deployment.arn === to,
  );
  if (chosen === undefined) throw to === undefined ? nothingWorked(ref) : unknownDeployment(ref, to);
  const { taskDefinitionArn, revision } = chosen;
  if (taskDefinitionArn === undefined || revision === undefined) throw unknownDeployment(ref, chosen.arn);
  return { ...chosen, taskDefinitionArn, revision };
}

function nothingWorked(ref: ServiceRef): SlipwayError {
  return new SlipwayError(
    'NOT_FOUND',
    `ECS has no earlier successful release of ${serviceLabel(ref)} that differs from the current one; it keeps 90 days. Deploy a known good image instead.`,
  );
}

function codeDeployGoesBack(ref: ServiceRef): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    `CodeDeploy deploys ${serviceLabel(ref)}, so ECS can't roll it back. While its deployment is in progress, stop it with a rollback in CodeDeploy. Afterwards, deploy the earlier revision from Task definitions; the plan contains the AppSpec and the commands.`,
  );
}

function unknownDeployment(ref: ServiceRef, arn: string): SlipwayError {
  return new SlipwayError(
    'NOT_FOUND',
    `ECS no longer has the revision of the deployment ${lastPartOf(arn)} of ${serviceLabel(ref)}; it keeps 90 days. Choose another release.`,
  );
}

function refuseSecondRollback(ref: ServiceRef, { status, revision }: Deployment): void {
  if (status !== 'ROLLBACK_REQUESTED' && status !== 'ROLLBACK_IN_PROGRESS') return;
  throw new SlipwayError(
    'CONFLICT',
    `ECS is already rolling back the deployment of ${revision ?? 'the new revision'} to ${serviceLabel(ref)}. Follow that rollback.`,
  );
}

/** StopServiceDeployment goes to the last revision that completed, and to no other. */
function isWhereEcsGoes(newestFirst: readonly Deployment[], target: Target): boolean {
  const completed = newestFirst.find(({ outcome }) => outcome === 'succeeded');
  return completed !== undefined && completed.serviceRevisionArn === target.serviceRevisionArn;
}

interface MovedImages {
  /** The images to pin to the digest that ran then. */
  readonly pins: readonly { readonly container: string; readonly image: string }[];
  readonly checks: readonly Check[];
}

/** Tags that mean something else by now than when the target ran. */
async function movedImages(
  { findImage }: ReleaseDependencies,
  ref: ServiceRef,
  target: Target,
  signal: AbortSignal,
): Promise<MovedImages> {
  const scope = { account: ref.account, region: ref.region };
  const byTag = target.images.filter(({ image }) => !image.includes('@'));
  const findings = await Promise.all(
    byTag.map(async (image) => ({ image, finding: await findImage(scope, image.image, signal) })),
  );
  const pins: { container: string; image: string }[] = [];
  const checks: Check[] = [];
  for (const { image, finding } of findings) {
    if (image.digest === undefined) {
      checks.push(digestNotKnown(image));
    } else if (
      finding.state === 'missing' ||
      (finding.state === 'found' && finding.image.digest !== image.digest)
    ) {
      pins.push({ container: image.container, image: withDigest(image.image, image.digest) });
      checks.push(pinned(image));
    } else if (finding.state === 'found') {
      checks.push(pass('same-image', `The image of ${image.container} is the same as in that release`));
    } else {
      checks.push(tagNotRead(image));
    }
  }
  return { pins, checks };
}

function pinned({ container }: ContainerImage): Check {
  return warn(
    'same-image',
    `The tag of ${container} points to a different image now`,
    'A new revision pins the digest of that release.',
  );
}

function tagNotRead({ container, image }: ContainerImage): Check {
  return unknown(
    'same-image',
    `Couldn't verify that the tag of ${container} still points to the same image`,
    `The registry of ${image} could not be read.`,
  );
}

function digestNotKnown({ container, image }: ContainerImage): Check {
  return unknown(
    'same-image',
    `Couldn't determine which image ${container} ran in that release`,
    `ECS has no digest for it, so ${image} is deployed as it is now.`,
  );
}
