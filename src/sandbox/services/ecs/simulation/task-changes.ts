import { countFailure, countHealthyTask } from './circuit-breaker.ts';
import type { EcsContext } from './context.ts';
import { deploymentInFlight } from './deployment-progress.ts';
import { withRollout } from './rollouts.ts';
import { sentence, withEvent } from './service-events.ts';
import type { ServiceDeploymentRecord, ServiceRecord, TaskRecord } from './state.ts';

/** A task of a service has failed: its deployment counts that, and so does the circuit breaker that watches it. */
export function recordFailure(context: EcsContext, service: ServiceRecord, record: TaskRecord): void {
  const at = context.clock.now();
  const counted = withRollout(service, record.revisionArn, (rollout) => ({
    ...rollout,
    failedTasks: rollout.failedTasks + 1,
    updatedAt: at,
  }));
  const message = failureSentence(context, service, record);
  context.state.services.put({
    ...(message === undefined ? counted : withEvent(counted, message, at, context.ids)),
    isSteady: false,
  });
  changeBreaker(context, service, record, ({ circuitBreaker }) => countFailure(circuitBreaker));
}

/** A task has become healthy: `failedTasks` counts failures in a row, so it starts again. */
export function recordHealthyTask(context: EcsContext, service: ServiceRecord, record: TaskRecord): void {
  context.state.services.put(
    withRollout(service, record.revisionArn, (rollout) => ({ ...rollout, failedTasks: 0 })),
  );
  changeBreaker(context, service, record, ({ circuitBreaker, deploymentConfiguration }) =>
    countHealthyTask(circuitBreaker, deploymentConfiguration),
  );
}

/** A task runs and is registered where its traffic comes from. */
export function recordStart(context: EcsContext, service: ServiceRecord, record: TaskRecord): void {
  const at = context.clock.now();
  const told = record.targetGroupArns.reduce(
    (current, targetGroup) => withEvent(current, sentence.registered(service, targetGroup), at, context.ids),
    service,
  );
  if (told !== service) context.state.services.put(told);
}

function changeBreaker(
  context: EcsContext,
  service: ServiceRecord,
  record: TaskRecord,
  change: (deployment: ServiceDeploymentRecord) => ServiceDeploymentRecord['circuitBreaker'],
): void {
  const deployment = deploymentInFlight(context, service);
  if (deployment === undefined || deployment.targetRevisionArn !== record.revisionArn) return;
  context.state.serviceDeployments.put({ ...deployment, circuitBreaker: change(deployment) });
}

function failureSentence(
  { state }: EcsContext,
  service: ServiceRecord,
  { task, targetGroupArns, revisionArn }: TaskRecord,
): string | undefined {
  if (task.stopCode !== 'ServiceSchedulerInitiated') return undefined;
  const targetGroup = targetGroupArns[0];
  if (task.stoppedReason === 'Task failed container health checks') {
    return sentence.failedContainerHealthChecks(service, task.taskArn);
  }
  if (targetGroup === undefined) return undefined;
  const loadBalancers = state.serviceRevisions.get(revisionArn ?? '')?.loadBalancers;
  return sentence.failedTargetHealthChecks(service, loadBalancers?.[0]?.containerPort ?? 0, targetGroup);
}
