import type { Target, Targets } from '../../elbv2/targets.ts';
import type { EcsState, TaskRecord } from './state.ts';

/** What the load balancer knows of the tasks: those that run are registered, those on their way out drain. */
export function createTargets(state: EcsState): Targets {
  return {
    groups: () =>
      [
        ...new Set(
          [
            ...state.serviceRevisions.all(),
            ...[...state.taskSets.all()].map(({ taskSet }) => taskSet),
          ].flatMap(({ loadBalancers = [] }) => loadBalancers.flatMap(groupsOf)),
        ),
      ].toSorted(),
    in: (targetGroupArn) =>
      [...state.tasks.all()].flatMap((record) => {
        if (!record.targetGroupArns.includes(targetGroupArn)) return [];
        const health = healthOf(record);
        return health === undefined ? [] : [{ ...serviceLabel(state, record, targetGroupArn), ...health }];
      }),
  };
}

function groupsOf({
  targetGroupArn,
  advancedConfiguration,
}: {
  readonly targetGroupArn?: string | undefined;
  readonly advancedConfiguration?: { readonly alternateTargetGroupArn?: string | undefined } | undefined;
}): readonly string[] {
  return [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn].filter((arn) => arn !== undefined);
}

function serviceLabel(
  state: EcsState,
  { task, revisionArn }: TaskRecord,
  targetGroupArn: string,
): Pick<Target, 'id' | 'port' | 'availabilityZone'> {
  const owner =
    state.serviceRevisions.get(revisionArn ?? '') ?? state.taskSets.get(revisionArn ?? '')?.taskSet;
  const balanced = owner?.loadBalancers?.find((each) => groupsOf(each).includes(targetGroupArn));
  const address = task.containers
    .flatMap(({ networkInterfaces = [] }) => networkInterfaces)
    .find(({ privateIpv4Address }) => privateIpv4Address !== undefined);
  const { availabilityZone } = task;
  return {
    id: address?.privateIpv4Address ?? task.taskArn.split('/').at(-1) ?? '',
    port: balanced?.containerPort ?? 80,
    ...(availabilityZone !== undefined && { availabilityZone }),
  };
}

/** Undefined: not registered, not yet or no longer. */
function healthOf({
  task,
  isHealthy,
  ahead,
}: TaskRecord): Pick<Target, 'state' | 'reason' | 'description'> | undefined {
  switch (task.lastStatus) {
    case 'ACTIVATING':
    case 'RUNNING':
      if (isHealthy) return { state: 'healthy' };
      if (ahead[0]?.kind === 'fail') {
        return {
          state: 'unhealthy',
          reason: 'Target.FailedHealthChecks',
          description: 'Health checks failed',
        };
      }
      return {
        state: 'initial',
        reason: 'Elb.InitialHealthChecking',
        description: 'Initial health checks in progress',
      };
    case 'DEACTIVATING':
      return {
        state: 'draining',
        reason: 'Target.DeregistrationInProgress',
        description: 'Target deregistration is in progress',
      };
    default:
      return undefined;
  }
}
