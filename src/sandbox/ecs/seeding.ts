import type {
  ContainerImage,
  CreateServiceRequest,
  RegisterTaskDefinitionRequest,
  Tag,
} from '@aws-sdk/client-ecs';
import { clusterArn, serviceArn, serviceDeploymentArn, serviceRevisionArn } from './arns.ts';
import { armCircuitBreaker } from './circuit-breaker.ts';
import { type EcsContext, secondsAfter } from './context.ts';
import { type DeploymentEngine, resolveContainerImages } from './deployment-engine.ts';
import { TASKS_FAILED_TO_START } from './rollouts.ts';
import { sentence, withEvent } from './service-events.ts';
import { contentOf, contentOfNewService, settingsOfNewService } from './service-rules.ts';
import { serviceTaskOrder } from './service-task-order.ts';
import type {
  Rollout,
  ServiceDeploymentRecord,
  ServiceRecord,
  ServiceRevisionRecord,
  TaskRecord,
} from './state.ts';
import { registerTaskDefinition } from './task-definition-registration.ts';
import { newTask } from './task-factory.ts';
import { becomeHealthy, enterTaskStatus } from './task-transitions.ts';

/** A deployment that a service went through before the sandbox began. */
export interface SeedRelease {
  /** ARN of a seeded task definition. */
  readonly taskDefinition: string;
  readonly at: Date;
  readonly tookSeconds: number;
  readonly outcome: 'SUCCESSFUL' | 'ROLLBACK_SUCCESSFUL';
  /** What tags named at that time, by container; otherwise what they name now. */
  readonly imageDigests?: Readonly<Record<string, string>>;
}

/** Running tasks of a service: the newest release's, unless told otherwise. */
export interface SeedTasks {
  readonly count: number;
  readonly startedAt: Date;
  readonly imageDigests?: Readonly<Record<string, string>>;
}

export interface SeedService {
  readonly request: CreateServiceRequest;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** Oldest first; at least one SUCCESSFUL. */
  readonly releases: readonly SeedRelease[];
  readonly tasks?: readonly SeedTasks[];
}

/** How a scenario fills the simulated ECS, with a past of its own. */
export interface EcsSeeder {
  /** Returns the cluster's ARN. */
  cluster(name: string, tags?: readonly Tag[]): string;
  /** Registers the next revision of a family in the past. Returns its ARN. */
  taskDefinition(
    request: RegisterTaskDefinitionRequest,
    past: { readonly registeredAt: Date; readonly registeredBy: string; readonly deregisteredAt?: Date },
  ): string;
  /** Makes a steady service with its deployments and running tasks. Returns its ARN. */
  service(seed: SeedService): string;
  /** Begins a deployment of a seeded service, now. */
  deploy(serviceArn: string, taskDefinitionArn: string): void;
}

export function createSeeder(context: EcsContext, engine: DeploymentEngine): EcsSeeder {
  const { state, home } = context;

  return {
    cluster(name, tags = []) {
      const arn = clusterArn(home, name);
      state.clusters.put({ cluster: { clusterArn: arn, clusterName: name, status: 'ACTIVE' }, tags });
      return arn;
    },

    taskDefinition(request, { deregisteredAt, ...registration }) {
      const record = registerTaskDefinition(context, request, registration);
      if (deregisteredAt !== undefined) {
        const definition = { ...record.definition, status: 'INACTIVE', deregisteredAt } as const;
        state.taskDefinitions.put({ ...record, definition });
      }
      return record.definition.taskDefinitionArn;
    },

    service(seed) {
      const service = releasesOf(context, newService(context, seed), seed);
      state.services.put(service);
      for (const record of runningTasks(context, service, seed)) engine.adoptTask(record);
      return service.arn;
    },

    deploy(arn, taskDefinitionArn) {
      const service = state.services.get(arn);
      const current = state.serviceRevisions.get(service?.rollouts[0]?.revisionArn ?? '');
      if (service === undefined || current === undefined)
        throw new Error(`There is no service ${arn} to deploy.`);
      engine.deploy(service, { ...contentOf(current), taskDefinition: taskDefinitionArn });
    },
  };
}

function newService({ home }: EcsContext, { request, createdAt, createdBy }: SeedService): ServiceRecord {
  const { cluster = 'default', serviceName = '' } = request;
  return {
    arn: serviceArn(home, cluster, serviceName),
    name: serviceName,
    clusterArn: clusterArn(home, cluster),
    status: 'ACTIVE',
    createdAt,
    createdBy,
    desiredCount: request.desiredCount ?? 0,
    settings: settingsOfNewService(request),
    tags: request.tags ?? [],
    rollouts: [],
    lastCompletedRevisionArn: undefined,
    events: [],
    isSteady: true,
  };
}

/** Plays the releases through, one after the other. */
function releasesOf(
  context: EcsContext,
  service: ServiceRecord,
  { request, releases }: SeedService,
): ServiceRecord {
  return releases.reduce((current, release) => playRelease(context, current, request, release), service);
}

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
  const messages = pastSentences(service, release, rollout.id);
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
    statusReason: failed ? TASKS_FAILED_TO_START.statusReason : undefined,
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
    circuitBreaker: failed
      ? { status: 'TRIGGERED', failureCount: breaker.threshold, threshold: breaker.threshold }
      : { ...breaker, status: breaker.status === 'MONITORING' ? 'MONITORING_COMPLETE' : breaker.status },
    rollback:
      failed && before !== undefined
        ? {
            reason: TASKS_FAILED_TO_START.statusReason,
            startedAt: secondsAfter(at, tookSeconds / 2),
            serviceRevisionArn: before,
          }
        : undefined,
  };
}

function pastSentences(
  service: ServiceRecord,
  { outcome }: SeedRelease,
  rolloutId: string,
): readonly string[] {
  const end = [sentence.deploymentCompleted(service, rolloutId), sentence.steady(service)];
  if (outcome === 'SUCCESSFUL') return end;
  const failedId = service.rollouts[0]?.id ?? rolloutId;
  return [sentence.deploymentFailed(service, failedId), sentence.rollingBack(service, rolloutId), ...end];
}

/** Tasks that have been running for a while, with nothing ahead of them. */
function runningTasks(
  context: EcsContext,
  service: ServiceRecord,
  { tasks }: SeedService,
): readonly TaskRecord[] {
  const [rollout] = service.rollouts;
  const revision = context.state.serviceRevisions.get(rollout?.revisionArn ?? '');
  const order = revision === undefined ? undefined : serviceTaskOrder(context, service, revision);
  if (rollout === undefined || order === undefined) return [];
  const checked = new Set(
    order.definition.containerDefinitions.flatMap(({ name, healthCheck }) =>
      name !== undefined && healthCheck ? [name] : [],
    ),
  );
  const groups = tasks ?? [{ count: service.desiredCount, startedAt: rollout.createdAt }];
  return groups.flatMap(({ count, startedAt, imageDigests = {} }) =>
    Array.from({ length: count }, () => {
      const started = newTask(context, order);
      const containers = started.task.containers.map((container) => {
        const digest = imageDigests[container.name ?? ''];
        return digest === undefined ? container : { ...container, imageDigest: digest };
      });
      const aged: TaskRecord = {
        ...started,
        ahead: [],
        nextAt: undefined,
        task: {
          ...started.task,
          containers,
          createdAt: secondsAfter(startedAt, -40),
        },
      };
      return becomeHealthy(settle(aged, startedAt), checked);
    }),
  );
}

function settle(record: TaskRecord, startedAt: Date): TaskRecord {
  const pending = enterTaskStatus(record, 'PENDING', secondsAfter(startedAt, -32));
  const activating = enterTaskStatus(pending, 'ACTIVATING', secondsAfter(startedAt, -6));
  return enterTaskStatus(activating, 'RUNNING', startedAt);
}
