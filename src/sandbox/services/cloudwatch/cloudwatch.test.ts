import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { operationsByName } from '../../aws-api/service.ts';
import { startTestApi, type TestApi } from '../../testing/api.ts';
import { createAlarms } from './alarms.ts';
import { createCloudWatch } from './cloudwatch.ts';
import { type MetricSource, metricDataOperation } from './metric-data.ts';

const alarms = createAlarms();
const NOW = new Date('2026-01-01T00:00:30Z');
/** One that says how many minutes a span has. */
const minutes: MetricSource = {
  reader:
    () =>
    ({ name }) =>
      name === 'Minutes'
        ? ({ from, to }) => {
            const sum = (to - from) / 60_000;
            return { sum, samples: 1, min: sum, max: sum, percentile: () => sum };
          }
        : undefined,
};
let api: TestApi;
let client: CloudWatchClient;
beforeAll(async () => {
  const ofAlarms = createCloudWatch(
    () => alarms,
    () => new Date('2026-01-01T00:00:00Z'),
  );
  const metrics = metricDataOperation(
    () => minutes,
    () => NOW,
  );
  const cloudWatch = {
    ...ofAlarms,
    operations: { ...ofAlarms.operations, ...operationsByName([metrics]) },
  };
  api = await startTestApi({
    json: [cloudWatch],
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

function metricData(period: number, changes: Partial<GetMetricDataCommandInput> = {}) {
  const Metric = { Namespace: 'Test', MetricName: 'Minutes' };
  const command = new GetMetricDataCommand({
    StartTime: new Date('2025-12-31T23:50:40Z'),
    EndTime: new Date('2026-01-02T00:00:00Z'),
    ScanBy: 'TimestampAscending',
    MetricDataQueries: [{ Id: 'm', MetricStat: { Metric, Stat: 'Sum', Period: period } }],
    ...changes,
  });
  return client.send(command);
}

it('GetMetricData begins at the whole minute, and the minute that is not over has what there is so far', async () => {
  const { MetricDataResults: [minute] = [] } = await metricData(60);
  expect(minute?.Timestamps?.[0]).toEqual(new Date('2025-12-31T23:50:00Z'));
  expect(minute?.Values).toEqual([...Array<number>(10).fill(1), 0.5]);
  expect(minute?.StatusCode).toBe('Complete');
});

it('GetMetricData has nothing in one-minute periods of what is older than 15 days, and five-minute periods of it', async () => {
  const old = {
    StartTime: new Date('2025-12-01T00:00:00Z'),
    EndTime: new Date('2025-12-01T01:00:00Z'),
  };
  const at = async (period: number) => (await metricData(period, old)).MetricDataResults?.[0]?.Values?.length;
  expect([await at(60), await at(300), await at(3600)]).toEqual([0, 12, 1]);
});

it('GetMetricData answers in pages of MaxDatapoints', async () => {
  const first = await metricData(60, { MaxDatapoints: 8 });
  expect(first.MetricDataResults).toMatchObject([{ StatusCode: 'PartialData' }]);
  const second = await metricData(60, { MaxDatapoints: 8, NextToken: first.NextToken });
  expect(second.MetricDataResults?.map(({ Values }) => Values)).toEqual([[1, 1, 0.5]]);
  expect(second.NextToken).toBeUndefined();
});

it('GetMetricData refuses 501 queries, a period of 90 seconds, and a span that ends before it begins', async () => {
  const Metric = { Namespace: 'Test', MetricName: 'Minutes' };
  const queries = Array.from({ length: 501 }, (_, index) => ({
    Id: `m${index}`,
    MetricStat: { Metric, Stat: 'Sum', Period: 60 },
  }));
  await expect(metricData(60, { MetricDataQueries: queries })).rejects.toThrow('greater than 500');
  await expect(metricData(90)).rejects.toThrow('multiple of 60');
  await expect(metricData(60, { EndTime: new Date('2025-01-01T00:00:00Z') })).rejects.toThrow('StartTime');
});
