import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/api.ts';
import { createAlarms } from './alarms.ts';
import { createCloudWatch } from './cloudwatch.ts';

const alarms = createAlarms();
let api: TestApi;
let client: CloudWatchClient;
beforeAll(async () => {
  api = await startTestApi({
    json: [
      createCloudWatch(
        () => alarms,
        () => new Date('2026-01-01T00:00:00Z'),
      ),
    ],
  });
  client = new CloudWatchClient(api.config);
});
afterAll(() => api.close());

it('an alarm goes off by SetAlarmState, until it is deleted', async () => {
  await client.send(
    new PutMetricAlarmCommand({
      AlarmName: 'errors',
      MetricName: '5xx',
      Namespace: 'Shop',
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 3,
    }),
  );
  expect(alarms.stateOf('errors')).toBe('INSUFFICIENT_DATA');
  await client.send(
    new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'rehearsal' }),
  );
  expect(alarms.stateOf('errors')).toBe('ALARM');
  const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }));
  expect(MetricAlarms).toMatchObject([
    {
      AlarmName: 'errors',
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors',
      StateReason: 'rehearsal',
      StateUpdatedTimestamp: new Date('2026-01-01T00:00:00Z'),
      Threshold: 3,
    },
  ]);
  await client.send(new DeleteAlarmsCommand({ AlarmNames: ['errors'] }));
  expect(alarms.stateOf('errors')).toBeUndefined();
});

it('an alarm refuses an invalid state, and an unknown alarm is an error', async () => {
  const set = (StateValue: 'OK') =>
    client.send(new SetAlarmStateCommand({ AlarmName: 'none', StateValue, StateReason: 'rehearsal' }));
  await expect(set('BAD' as 'OK')).rejects.toThrow(
    "Value 'BAD' at 'stateValue' failed to satisfy constraint",
  );
  await expect(set('OK')).rejects.toThrow('Alarm none does not exist');
});
