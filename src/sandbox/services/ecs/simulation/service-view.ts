import type {
  Deployment,
  Service,
  ServiceDeployment,
  ServiceDeploymentBrief,
  ServiceRevisionSummary,
  TaskSet,
} from '@aws-sdk/client-ecs';
import type { EcsContext } from './context.ts';
import { viewHook } from './deployment-hooks.ts';
import { deploymentInFlight } from './deployment-progress.ts';
import { launchTypeOf } from './service-task-order.ts';
import { countRevision, deploymentCounts } from './service-tasks.ts';
import type {
  RevisionCounts,
  Rollout,
  ServiceDeploymentRecord,
  ServiceRecord,
  ServiceRevisionRecord,
} from './state.ts';
import { viewTaskSet } from './task-sets.ts';

/**
 * AWS leaves the task definition of an Express service out of DescribeServices; its deployments name it.
 * https://github.com/kayac/ecspresso/pull/902
 */
const WITHOUT_REVISION: Partial<Service> = { taskDefinition: undefined };

/** A service as DescribeServices shows it, without its tags. */
export function viewService(context: EcsContext, service: ServiceRecord): Service {
  const { state } = context;
  const revision = state.serviceRevisions.get(service.rollouts[0]?.revisionArn ?? '');
  const inFlight = deploymentInFlight(context, service);
  const { role, ...settings } = service.settings;
  const deployments = service.rollouts.map((rollout, index) =>
    viewRollout(context, service, rollout, index === 0),
  );
  const taskSets = [...state.taskSets.inGroup(service.arn)].map((record) =>
    viewTaskSet(context, service, record),
  );
  const primarySet = taskSets.find(({ status }) => status === 'PRIMARY');
  const total = (count: (part: Deployment | TaskSet) => number | undefined): number =>
    [...deployments, ...taskSets].reduce((sum, part) => sum + (count(part) ?? 0), 0);
  return {
    ...settings,
    ...(role === undefined ? {} : { roleArn: role }),
    ...(revision === undefined ? {} : deployedContent(revision)),
    ...(service.express === undefined ? {} : WITHOUT_REVISION),
    resourceManagementType: service.express === undefined ? 'CUSTOMER' : 'ECS',
    ...(primarySet === undefined ? {} : contentOfPrimarySet(primarySet)),
    ...(taskSets.length === 0 ? {} : { taskSets }),
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.clusterArn,
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: total(({ runningCount }) => runningCount),
    pendingCount: total(({ pendingCount }) => pendingCount),
    deployments,
    events: [...service.events],
    createdAt: service.createdAt,
    createdBy: service.createdBy,
    ...(inFlight === undefined ? {} : { currentServiceDeployment: inFlight.arn }),
    currentServiceRevisions: service.rollouts.map(({ revisionArn }, index) => {
      const { arn, running, pending } = countRevision(state, service.arn, revisionArn);
      return {
        arn,
        requestedTaskCount: index === 0 ? service.desiredCount : 0,
        runningTaskCount: running,
        pendingTaskCount: pending,
      };
    }),
  };
}

/** A service deployment as DescribeServiceDeployments shows it. */
export function viewServiceDeployment(
  { state }: EcsContext,
  deployment: ServiceDeploymentRecord,
): ServiceDeployment {
  const [target, ...sources] = deploymentCounts(state, deployment).map(viewCounts);
  const alarms = deployment.deploymentConfiguration?.alarms;
  return {
    serviceDeploymentArn: deployment.arn,
    serviceArn: deployment.serviceArn,
    clusterArn: deployment.clusterArn,
    createdAt: deployment.createdAt,
    startedAt: deployment.startedAt,
    finishedAt: deployment.finishedAt,
    stoppedAt: deployment.stoppedAt,
    updatedAt: deployment.updatedAt,
    sourceServiceRevisions: sources,
    targetServiceRevision: target,
    status: deployment.status,
    statusReason: deployment.statusReason,
    lifecycleStage: deployment.lifecycleStage,
    deploymentConfiguration: deployment.deploymentConfiguration,
    rollback: deployment.rollback,
    deploymentCircuitBreaker: deployment.circuitBreaker,
    alarms: {
      status: deployment.alarms.status,
      alarmNames: alarms?.alarmNames ?? [],
      triggeredAlarmNames: [...deployment.alarms.triggered],
    },
    lifecycleHookDetails: deployment.hooks.map(viewHook),
  };
}

/** A service deployment as ListServiceDeployments shows it. */
export function viewServiceDeploymentBrief(deployment: ServiceDeploymentRecord): ServiceDeploymentBrief {
  return {
    serviceDeploymentArn: deployment.arn,
    serviceArn: deployment.serviceArn,
    clusterArn: deployment.clusterArn,
    startedAt: deployment.startedAt,
    createdAt: deployment.createdAt,
    finishedAt: deployment.finishedAt,
    targetServiceRevisionArn: deployment.targetRevisionArn,
    status: deployment.status,
    statusReason: deployment.statusReason,
  };
}

function viewRollout(
  { state }: EcsContext,
  service: ServiceRecord,
  rollout: Rollout,
  isPrimary: boolean,
): Deployment {
  const revision = state.serviceRevisions.get(rollout.revisionArn);
  const { running, pending } = countRevision(state, service.arn, rollout.revisionArn);
  return {
    id: rollout.id,
    status: isPrimary ? 'PRIMARY' : 'ACTIVE',
    desiredCount: isPrimary ? service.desiredCount : running + pending,
    pendingCount: pending,
    runningCount: running,
    failedTasks: rollout.failedTasks,
    createdAt: rollout.createdAt,
    updatedAt: rollout.updatedAt,
    rolloutState: rollout.state,
    rolloutStateReason: rollout.stateReason,
    ...(revision === undefined ? {} : deploymentContent(revision)),
  };
}

/** What a service and its deployments say of a revision; its launch type gives way to capacity providers. */
function commonContent(revision: ServiceRevisionRecord) {
  const { taskDefinition, capacityProviderStrategy, platformVersion, networkConfiguration } = revision;
  const launchType = launchTypeOf(revision);
  return {
    taskDefinition,
    ...(capacityProviderStrategy === undefined ? { launchType } : { capacityProviderStrategy }),
    ...(launchType === 'FARGATE'
      ? { platformVersion: platformVersion ?? '1.4.0', platformFamily: 'Linux' }
      : {}),
    networkConfiguration,
  };
}

function deployedContent(revision: ServiceRevisionRecord): Partial<Service> {
  return {
    ...commonContent(revision),
    loadBalancers: revision.loadBalancers ?? [],
    serviceRegistries: revision.serviceRegistries ?? [],
  };
}

function contentOfPrimarySet({
  taskDefinition,
  launchType,
  capacityProviderStrategy,
  platformVersion,
  loadBalancers,
  serviceRegistries,
  networkConfiguration,
}: TaskSet): Partial<Service> {
  return {
    taskDefinition,
    ...(capacityProviderStrategy === undefined ? { launchType } : { capacityProviderStrategy }),
    platformVersion,
    loadBalancers,
    serviceRegistries,
    networkConfiguration,
  };
}

function deploymentContent(revision: ServiceRevisionRecord): Partial<Deployment> {
  const { serviceConnectConfiguration, volumeConfigurations, vpcLatticeConfigurations } = revision;
  return {
    ...commonContent(revision),
    serviceConnectConfiguration,
    volumeConfigurations,
    vpcLatticeConfigurations,
  };
}

/** A rolling deployment shifts no traffic, so there are no weights. */
function viewCounts({ arn, requested, running, pending, weights }: RevisionCounts): ServiceRevisionSummary {
  return {
    arn,
    requestedTaskCount: requested,
    runningTaskCount: running,
    pendingTaskCount: pending,
    ...(weights === undefined
      ? {}
      : { requestedProductionTrafficWeight: weights.production, requestedTestTrafficWeight: weights.test }),
  };
}
