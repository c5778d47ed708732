import type { DeploymentConfiguration, ServiceDeploymentRollbackMonitorsStatus } from '@aws-sdk/client-ecs';
import type { EcsContext } from './context.ts';
import type { ServiceDeploymentRecord } from './state.ts';

/** The alarms of a deployment that starts. */
export function armAlarms(
  configuration: DeploymentConfiguration | undefined,
): ServiceDeploymentRecord['alarms'] {
  return { status: configuration?.alarms?.enable === true ? 'MONITORING' : 'DISABLED', triggered: [] };
}

/** The names of a deployment's alarms that are in ALARM now. None when it does not watch them. */
export function triggeredAlarms(
  { dependencies }: EcsContext,
  { alarms, deploymentConfiguration }: ServiceDeploymentRecord,
): readonly string[] {
  if (alarms.status !== 'MONITORING') return [];
  const names = deploymentConfiguration?.alarms?.alarmNames ?? [];
  return names.filter((name) => dependencies.alarms?.stateOf(name) === 'ALARM');
}

/**
 * A deployment that starts while one of its alarms is in ALARM does not watch them at all.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
 */
export function ignoreAlarmsInAlarm(
  context: EcsContext,
  deployment: ServiceDeploymentRecord,
): ServiceDeploymentRecord {
  if (triggeredAlarms(context, deployment).length === 0) return deployment;
  return { ...deployment, alarms: { ...deployment.alarms, status: 'DISABLED' } };
}

export function withTriggeredAlarms(
  deployment: ServiceDeploymentRecord,
  triggered: readonly string[],
): ServiceDeploymentRecord {
  return triggered.length === 0 ? deployment : { ...deployment, alarms: { ...deployment.alarms, triggered } };
}

/** The alarms of a deployment that has ended: `status` only if it was watching at all. */
export function settleAlarms(
  alarms: ServiceDeploymentRecord['alarms'],
  status: ServiceDeploymentRollbackMonitorsStatus,
): ServiceDeploymentRecord['alarms'] {
  return alarms.status === 'MONITORING' ? { ...alarms, status } : alarms;
}
