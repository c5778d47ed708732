import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import type { Reading } from '../../ecs/check.ts';
import { reading } from '../model/read-result.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';

/** The states of alarms by their names, those that are there. ECS watches at most 100 for a service. */
export function readAlarmStates(
  { aws }: ReleaseDependencies,
  ref: ServiceRef,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Reading<ReadonlyMap<string, string>>> {
  return reading(async () => {
    // Without names, CloudWatch answers with all of them.
    if (names.length === 0) return new Map();
    const command = new DescribeAlarmsCommand({
      AlarmNames: [...names],
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      MaxRecords: 100,
    });
    const { MetricAlarms = [], CompositeAlarms = [] } = await aws
      .alarms(ref, 'clicked')
      .send(command, { abortSignal: signal });
    const found = [...MetricAlarms, ...CompositeAlarms];
    return new Map(found.map(({ AlarmName = '', StateValue = '' }) => [AlarmName, StateValue]));
  });
}
