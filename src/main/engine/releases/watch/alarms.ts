import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type { DeploymentAlarm } from '../../../../shared/model/deployment.ts';
import type { Aws } from '../../aws/aws.ts';

/** CloudWatch's word for each alarm's state, by name; empty when it could not be asked. */
export type AlarmStates = ReadonlyMap<string, string>;

/** The names of the alarms that ECS watches for a deployment. */
export function alarmNamesOf({ alarms, deploymentConfiguration }: ServiceDeployment): readonly string[] {
  const configured = deploymentConfiguration?.alarms;
  return alarms?.alarmNames ?? (configured?.enable === true ? (configured.alarmNames ?? []) : []);
}

/** The states of alarms now (DescribeAlarms). Without the permission, what ECS itself says has to do. */
export async function readAlarmStates(
  aws: Aws,
  scope: Scope,
  names: readonly string[],
  signal: AbortSignal,
): Promise<AlarmStates> {
  if (names.length === 0) return new Map();
  const command = new DescribeAlarmsCommand({
    AlarmNames: [...names],
    AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
  });
  try {
    const found = await aws.alarms(scope, 'visible').send(command, { abortSignal: signal });
    const all = [...(found.MetricAlarms ?? []), ...(found.CompositeAlarms ?? [])];
    return new Map(all.map(({ AlarmName = '', StateValue = '' }) => [AlarmName, StateValue]));
  } catch (error) {
    if (error instanceof SlipwayError && ['AUTH_REQUIRED', 'CANCELLED'].includes(error.code)) throw error;
    return new Map();
  }
}

/** Each alarm of a deployment with its state; one that ECS says has gone off is `triggered`. */
export function alarmsOf(deployment: ServiceDeployment, states: AlarmStates): readonly DeploymentAlarm[] {
  const triggered = new Set(deployment.alarms?.triggeredAlarmNames);
  return alarmNamesOf(deployment).map((name) => ({
    name,
    state: states.get(name) ?? (triggered.has(name) ? 'ALARM' : 'not known'),
    triggered: triggered.has(name),
  }));
}
