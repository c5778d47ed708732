import type {
  DaemonDeployment,
  DaemonDeploymentConfiguration,
  DaemonDeploymentRevisionDetail,
  DaemonDeploymentStatus,
  DaemonDetail,
  DaemonRevision,
  DaemonStatus,
} from '@aws-sdk/client-ecs';
import { lastPart, partOfDaemonArn } from './arns.ts';
import { type EcsContext, secondsAfter } from './context.ts';
import type {
  DaemonDeploymentRecord,
  DaemonRecord,
  DaemonRevisionRecord,
  DaemonTaskDefinitionRecord,
} from './daemon-records.ts';

const STARTS_AFTER_SECONDS = 4;
/** How long ECS takes to replace the daemon on the instances, before it bakes. */
const ROLLOUT_SECONDS = 90;
const DELETION_SECONDS = 90;
const ROLLED_BACK = 'Daemon deployment rolled back because daemon tasks failed to start.';

/** A snapshot of a daemon as a deployment starts, with the digests that its tags have now. */
export function newDaemonRevision(
  { ids, clock, resolveImage }: EcsContext,
  daemon: DaemonRecord,
  { definition }: DaemonTaskDefinitionRecord,
  settings: Pick<
    DaemonRevision,
    'propagateTags' | 'enableECSManagedTags' | 'enableExecuteCommand' | 'critical'
  >,
): DaemonRevisionRecord {
  return {
    propagateTags: settings.propagateTags ?? 'NONE',
    enableECSManagedTags: settings.enableECSManagedTags ?? false,
    enableExecuteCommand: settings.enableExecuteCommand ?? false,
    critical: settings.critical ?? true,
    daemonRevisionArn: partOfDaemonArn(daemon.arn, 'daemon-revision', ids.decimal()),
    daemonArn: daemon.arn,
    clusterArn: daemon.clusterArn,
    daemonTaskDefinitionArn: definition.daemonTaskDefinitionArn,
    createdAt: clock.now(),
    containerImages: definition.containerDefinitions.map(({ name, image = '' }) => {
      const digest = resolveImage(image)?.digest;
      return { containerName: name, image, ...(digest === undefined ? {} : { imageDigest: digest }) };
    }),
  };
}

/** Starts the deployment of a revision; one that is in progress is stopped for it. */
export function deployDaemon(
  context: EcsContext,
  daemon: DaemonRecord,
  revision: DaemonRevisionRecord | undefined,
  deploymentConfiguration: DaemonDeploymentConfiguration | undefined,
): DaemonDeploymentRecord {
  const { state, ids, clock } = context;
  const before = newestDeployment(context, daemon.arn);
  const sourceRevisionArn = currentRevisionArns(context, daemon.arn)[0];
  if (before !== undefined && isInProgress(statusOfDeployment(context, before))) {
    state.daemonDeployments.put({ ...before, stoppedAt: clock.now() });
  }
  const deployment: DaemonDeploymentRecord = {
    arn: partOfDaemonArn(daemon.arn, 'daemon-deployment', ids.token()),
    daemonArn: daemon.arn,
    clusterArn: daemon.clusterArn,
    createdAt: clock.now(),
    targetRevisionArn: revision?.daemonRevisionArn,
    sourceRevisionArn,
    deploymentConfiguration,
    capacityProviderArns: daemon.capacityProviderArns,
    works: (revision?.containerImages ?? []).every(({ imageDigest }) => imageDigest !== undefined),
  };
  if (revision !== undefined) state.daemonRevisions.put(revision);
  state.daemonDeployments.put(deployment);
  return deployment;
}

export function statusOfDeployment(
  { clock }: EcsContext,
  { createdAt, works, stoppedAt, deploymentConfiguration }: DaemonDeploymentRecord,
): DaemonDeploymentStatus {
  if (stoppedAt !== undefined) return 'STOPPED';
  const now = clock.now();
  if (now < secondsAfter(createdAt, STARTS_AFTER_SECONDS)) return 'PENDING';
  if (now < endOf({ createdAt, works, deploymentConfiguration })) {
    return !works && now >= secondsAfter(createdAt, ROLLOUT_SECONDS / 2)
      ? 'ROLLBACK_IN_PROGRESS'
      : 'IN_PROGRESS';
  }
  return works ? 'SUCCESSFUL' : 'ROLLBACK_SUCCESSFUL';
}

export function isInProgress(status: DaemonDeploymentStatus): boolean {
  return status === 'PENDING' || status === 'IN_PROGRESS' || status === 'ROLLBACK_IN_PROGRESS';
}

/** What instances run: during a deployment the new revision and the one before it. */
export function currentRevisionArns(context: EcsContext, daemon: string): readonly string[] {
  const newestFirst = [...context.state.daemonDeployments.inGroup(daemon)].toReversed();
  const [newest] = newestFirst;
  if (newest === undefined) return [];
  const { targetRevisionArn, sourceRevisionArn } = newest;
  const status = statusOfDeployment(context, newest);
  const arns = isInProgress(status)
    ? [targetRevisionArn, sourceRevisionArn]
    : [status === 'SUCCESSFUL' ? targetRevisionArn : sourceRevisionArn];
  return [...new Set(arns)].filter((arn) => arn !== undefined);
}

/** Whether a daemon is there: one that is deleted goes when its tasks are gone. */
export function isDaemonThere({ state, clock }: EcsContext, arn: string): boolean {
  const daemon = state.daemons.get(arn);
  if (daemon === undefined) return false;
  return daemon.deletedAt === undefined || clock.now() < secondsAfter(daemon.deletedAt, DELETION_SECONDS);
}

export function statusOfDaemon({ deletedAt }: DaemonRecord): DaemonStatus {
  return deletedAt === undefined ? 'ACTIVE' : 'DELETE_IN_PROGRESS';
}

export function viewDaemon(context: EcsContext, daemon: DaemonRecord): DaemonDetail {
  return {
    daemonArn: daemon.arn,
    clusterArn: daemon.clusterArn,
    status: statusOfDaemon(daemon),
    currentRevisions: currentRevisionArns(context, daemon.arn).map((arn, index) => {
      const providers = daemon.capacityProviderArns.map((provider) => ({
        arn: provider,
        runningCount: index === 0 ? instancesOf(context, daemon.clusterArn, provider) : 0,
      }));
      return {
        arn,
        capacityProviders: providers,
        totalRunningCount: providers.reduce((sum, { runningCount }) => sum + runningCount, 0),
      };
    }),
    deploymentArn: newestDeployment(context, daemon.arn)?.arn,
    createdAt: daemon.createdAt,
    updatedAt: daemon.updatedAt,
  };
}

export function viewDaemonDeployment(
  context: EcsContext,
  deployment: DaemonDeploymentRecord,
): DaemonDeployment {
  const { targetRevisionArn, sourceRevisionArn, createdAt, deploymentConfiguration, works } = deployment;
  const status = statusOfDeployment(context, deployment);
  const failed = status === 'ROLLBACK_IN_PROGRESS' || status === 'ROLLBACK_SUCCESSFUL';
  const alarms = deploymentConfiguration?.alarms;
  const isOver = !isInProgress(status);
  return {
    daemonDeploymentArn: deployment.arn,
    clusterArn: deployment.clusterArn,
    status,
    ...(failed ? { statusReason: ROLLED_BACK } : {}),
    targetDaemonRevision: viewRevision(context, deployment, targetRevisionArn, status === 'SUCCESSFUL'),
    sourceDaemonRevisions:
      sourceRevisionArn === undefined
        ? []
        : [viewRevision(context, deployment, sourceRevisionArn, status !== 'SUCCESSFUL')],
    circuitBreaker: {
      status: failed ? 'TRIGGERED' : isOver ? 'MONITORING_COMPLETE' : 'MONITORING',
      failureCount: failed ? 3 : 0,
      threshold: 3,
    },
    alarms: {
      status: alarms?.enable === true ? (isOver ? 'MONITORING_COMPLETE' : 'MONITORING') : 'DISABLED',
      alarmNames: [...(alarms?.alarmNames ?? [])],
      triggeredAlarmNames: [],
    },
    ...(failed && sourceRevisionArn !== undefined
      ? {
          rollback: {
            reason: ROLLED_BACK,
            startedAt: secondsAfter(createdAt, ROLLOUT_SECONDS / 2),
            rollbackTargetDaemonRevisionArn: sourceRevisionArn,
            rollbackCapacityProviders: [...deployment.capacityProviderArns],
          },
        }
      : {}),
    deploymentConfiguration,
    createdAt,
    ...(status === 'PENDING' ? {} : { startedAt: secondsAfter(createdAt, STARTS_AFTER_SECONDS) }),
    ...(deployment.stoppedAt === undefined ? {} : { stoppedAt: deployment.stoppedAt }),
    ...(isOver
      ? { finishedAt: deployment.stoppedAt ?? endOf({ createdAt, works, deploymentConfiguration }) }
      : {}),
  };
}

function viewRevision(
  context: EcsContext,
  { clusterArn, capacityProviderArns }: DaemonDeploymentRecord,
  arn: string | undefined,
  runs: boolean,
): DaemonDeploymentRevisionDetail {
  const providers = capacityProviderArns.map((provider) => ({
    arn: provider,
    runningInstanceCount: runs ? instancesOf(context, clusterArn, provider) : 0,
    drainingInstanceCount: 0,
  }));
  return {
    ...(arn === undefined ? {} : { arn }),
    capacityProviders: providers,
    totalRunningInstanceCount: providers.reduce((sum, each) => sum + each.runningInstanceCount, 0),
    totalDrainingInstanceCount: 0,
  };
}

/** One daemon task runs on each instance that is active. */
function instancesOf({ state }: EcsContext, clusterArn: string, capacityProviderArn: string): number {
  return [...state.containerInstances.inGroup(clusterArn)].filter(
    ({ instance }) =>
      instance.status === 'ACTIVE' && instance.capacityProviderName === lastPart(capacityProviderArn),
  ).length;
}

function newestDeployment({ state }: EcsContext, daemon: string): DaemonDeploymentRecord | undefined {
  return [...state.daemonDeployments.inGroup(daemon)].at(-1);
}

function endOf({
  createdAt,
  works,
  deploymentConfiguration,
}: Pick<DaemonDeploymentRecord, 'createdAt' | 'works' | 'deploymentConfiguration'>): Date {
  const bakes = works ? (deploymentConfiguration?.bakeTimeInMinutes ?? 0) * 60 : 0;
  return secondsAfter(createdAt, ROLLOUT_SECONDS + bakes);
}
