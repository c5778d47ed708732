import type { ContainerImage, CreateServiceRequest } from '@aws-sdk/client-ecs';
import { serviceDeploymentArn, serviceRevisionArn } from './arns.ts';
import { armCircuitBreaker } from './circuit-breaker.ts';
import { resolveContainerImages } from './container-images.ts';
import { type EcsContext, secondsAfter } from './context.ts';
import { armAlarms, settleAlarms } from './deployment-alarms.ts';
import { statusReasonOf, TASKS_FAILED_TO_START } from './deployment-failures.ts';
import { stepsOf } from './deployment-steps.ts';
import { contentOfNewService } from './service-content.ts';
import { sentence, withEvent } from './service-events.ts';
import type { Rollout, ServiceDeploymentRecord, ServiceRecord, ServiceRevisionRecord } from './state.ts';

/** A deployment that a service went through before the sandbox started. */
export interface SeedRelease {
  /** ARN of a seeded task definition. */
  readonly taskDefinition: string;
  readonly at: Date;
  readonly tookSeconds: number;
  readonly outcome: 'SUCCESSFUL' | 'ROLLBACK_SUCCESSFUL';
  /** What tags named at that time, by container; otherwise what they name now. */
  readonly imageDigests?: Readonly<Record<string, string>>;
}

/** The service after its releases, played through one after the other. */
export function playReleases(
  context: EcsContext,
  service: ServiceRecord,
  {
    request,
    releases,
  }: { readonly request: CreateServiceRequest; readonly releases: readonly SeedRelease[] },
): ServiceRecord {
  return releases.reduce((current, release) => playRelease(context, current, request, release), service);
}

const ROLLED_BACK = statusReasonOf(TASKS_FAILED_TO_START, 'rolled back');

function playRelease(
  context: EcsContext,
  service: ServiceRecord,
  request: CreateServiceRequest,
  release: SeedRelease,
): ServiceRecord {
  const { state, ids } = context;
  const revision = pastRevision(context, service, request, release);
  const deployment = pastDeployment(context, service, revision, release);
  state.serviceRevisions.put(revision);
  state.serviceDeployments.put(deployment);
  const endedAt = secondsAfter(release.at, release.tookSeconds);
  const rollout: Rollout = {
    id: `ecs-svc/${ids.decimal()}`,
    serviceDeploymentArn: deployment.arn,
    revisionArn: deployment.rollback?.serviceRevisionArn ?? revision.serviceRevisionArn,
    createdAt: release.at,
    updatedAt: endedAt,
    failedTasks: 0,
    state: 'COMPLETED',
    stateReason: '',
  };
  const reason =
    release.outcome === 'SUCCESSFUL'
      ? `ECS deployment ${rollout.id} completed.`
      : TASKS_FAILED_TO_START.rollbackStateReason(rollout.id);
  const messages = pastSentences(context, service, release, rollout.id);
  const told = messages.reduce((current, message) => withEvent(current, message, endedAt, ids), service);
  return {
    ...told,
    rollouts: [{ ...rollout, stateReason: reason }],
    lastCompletedRevisionArn: rollout.revisionArn,
  };
}

function pastRevision(
  context: EcsContext,
  service: ServiceRecord,
  request: CreateServiceRequest,
  { taskDefinition, at, imageDigests = {} }: SeedRelease,
): ServiceRevisionRecord {
  const record = context.state.taskDefinitions.get(taskDefinition);
  if (record === undefined) throw new Error(`There is no task definition ${taskDefinition} to release.`);
  return {
    ...contentOfNewService(request, taskDefinition),
    serviceRevisionArn: serviceRevisionArn(service.arn, context.ids.decimal()),
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    createdAt: at,
    containerImages: resolveContainerImages(context, record.definition).map((image) =>
      withDigest(image, imageDigests),
    ),
  };
}

function withDigest(image: ContainerImage, digests: Readonly<Record<string, string>>): ContainerImage {
  const digest = digests[image.containerName ?? ''];
  return digest === undefined ? image : { ...image, imageDigest: digest };
}

function pastDeployment(
  { ids }: EcsContext,
  service: ServiceRecord,
  revision: ServiceRevisionRecord,
  { at, tookSeconds, outcome }: SeedRelease,
): ServiceDeploymentRecord {
  const { desiredCount, lastCompletedRevisionArn: before } = service;
  const endedAt = secondsAfter(at, tookSeconds);
  const { deploymentConfiguration } = service.settings;
  const breaker = armCircuitBreaker(desiredCount, deploymentConfiguration);
  const failed = outcome === 'ROLLBACK_SUCCESSFUL';
  const target = {
    arn: revision.serviceRevisionArn,
    requested: failed ? 0 : desiredCount,
    running: failed ? 0 : desiredCount,
    pending: 0,
  };
  const sources =
    before === undefined
      ? []
      : [
          {
            arn: before,
            requested: failed ? desiredCount : 0,
            running: failed ? desiredCount : 0,
            pending: 0,
          },
        ];
  return {
    arn: serviceDeploymentArn(service.arn, ids.token()),
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    status: outcome,
    statusReason: failed ? ROLLED_BACK : undefined,
    lifecycleStage: 'CLEAN_UP',
    createdAt: at,
    startedAt: secondsAfter(at, 4),
    finishedAt: endedAt,
    stoppedAt: failed ? secondsAfter(at, tookSeconds / 2) : undefined,
    updatedAt: endedAt,
    deploymentConfiguration,
    targetRevisionArn: revision.serviceRevisionArn,
    sourceRevisionArns: sources.map(({ arn }) => arn),
    finalCounts: [target, ...sources],
    step: stepsOf({ deploymentConfiguration, sourceRevisionArns: sources.map(({ arn }) => arn) }).length - 1,
    stepEnteredAt: endedAt,
    hooks: [],
    alarms: settleAlarms(armAlarms(deploymentConfiguration), 'MONITORING_COMPLETE'),
    circuitBreaker: failed
      ? { status: 'TRIGGERED', failureCount: breaker.threshold, threshold: breaker.threshold }
      : { ...breaker, status: breaker.status === 'MONITORING' ? 'MONITORING_COMPLETE' : breaker.status },
    rollback:
      failed && before !== undefined
        ? {
            reason: ROLLED_BACK,
            startedAt: secondsAfter(at, tookSeconds / 2),
            serviceRevisionArn: before,
          }
        : undefined,
  };
}

function pastSentences(
  { ids }: EcsContext,
  service: ServiceRecord,
  { outcome }: SeedRelease,
  rolloutId: string,
): readonly string[] {
  const end = [sentence.deploymentCompleted(service, rolloutId), sentence.steady(service)];
  if (outcome === 'SUCCESSFUL') return end;
  const failedId = `ecs-svc/${ids.decimal()}`;
  return [
    sentence.deploymentFailed(service, failedId, TASKS_FAILED_TO_START.event),
    sentence.rollingBack(service, rolloutId),
    ...end,
  ];
}
