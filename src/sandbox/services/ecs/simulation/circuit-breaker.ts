import type { DeploymentConfiguration, ServiceDeploymentRollbackMonitorsStatus } from '@aws-sdk/client-ecs';
import type { ServiceDeploymentRecord } from './state.ts';

type CircuitBreaker = ServiceDeploymentRecord['circuitBreaker'];

/** ECS's default: half of the desired count, at least 3 and at most 200 failures. */
const DEFAULT_PERCENT = 50;
const LEAST_FAILURES = 3;
const MOST_FAILURES = 200;

/** How many failed tasks end a deployment of `desired` tasks, by the service's threshold configuration. */
export function failureThreshold(
  desired: number,
  configuration: DeploymentConfiguration | undefined,
): number {
  const threshold = configuration?.deploymentCircuitBreaker?.thresholdConfiguration;
  const value = threshold?.value ?? DEFAULT_PERCENT;
  const share = Math.ceil((desired * value) / 100);
  switch (threshold?.type) {
    case 'COUNT':
      return value;
    case 'UNBOUNDED_PERCENT':
      return Math.max(1, share);
    default:
      return Math.max(LEAST_FAILURES, Math.min(MOST_FAILURES, share));
  }
}

/** The circuit breaker of a deployment that starts. */
export function armCircuitBreaker(
  desired: number,
  configuration: DeploymentConfiguration | undefined,
): CircuitBreaker {
  const enabled = configuration?.deploymentCircuitBreaker?.enable === true;
  return {
    status: enabled ? 'MONITORING' : 'DISABLED',
    failureCount: 0,
    threshold: failureThreshold(desired, configuration),
  };
}

/** One more task has failed. A breaker that does not monitor counts nothing. */
export function countFailure(breaker: CircuitBreaker): CircuitBreaker {
  if (breaker.status !== 'MONITORING') return breaker;
  return { ...breaker, failureCount: breaker.failureCount + 1 };
}

/** A task has become healthy, which starts the count again unless the service says otherwise. */
export function countHealthyTask(
  breaker: CircuitBreaker,
  configuration: DeploymentConfiguration | undefined,
): CircuitBreaker {
  const resets = configuration?.deploymentCircuitBreaker?.resetOnHealthyTask !== false;
  return breaker.status === 'MONITORING' && resets ? { ...breaker, failureCount: 0 } : breaker;
}

export function isThresholdReached(breaker: CircuitBreaker): boolean {
  return breaker.status === 'MONITORING' && breaker.failureCount >= breaker.threshold;
}

/** The breaker of a deployment that has ended: `status` only if it was watching at all. */
export function settleCircuitBreaker(
  breaker: CircuitBreaker,
  status: ServiceDeploymentRollbackMonitorsStatus,
): CircuitBreaker {
  return breaker.status === 'MONITORING' ? { ...breaker, status } : breaker;
}
