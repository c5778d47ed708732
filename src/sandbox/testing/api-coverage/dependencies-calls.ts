import * as alarmApi from '@aws-sdk/client-cloudwatch';
import * as logApi from '@aws-sdk/client-cloudwatch-logs';
import * as stsApi from '@aws-sdk/client-sts';
import { webIdentityToken } from '../web-identity-token.ts';
import type { ApiCalls } from './api-caller.ts';

const ROLE = 'arn:aws:iam::123456789012:role/deployer';
const CI_ROLE = 'arn:aws:iam::123456789012:role/ci-deployer';

/** For the test of every operation: what is around ECS and ECR. */
export const DEPENDENCY_CALLS: ApiCalls = {
  'alarms, logs and identities': async ({ logs, alarms, sts }) => {
    const AlarmName = 'walked';
    const metric = { MetricName: '5xx', Namespace: 'Shop', Threshold: 1, EvaluationPeriods: 1 };
    await alarms(
      new alarmApi.PutMetricAlarmCommand({
        AlarmName,
        ...metric,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    await alarms(
      new alarmApi.SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'walked' }),
    );
    await alarms(new alarmApi.DescribeAlarmsCommand({}));
    await alarms(new alarmApi.DeleteAlarmsCommand({ AlarmNames: [AlarmName] }));
    const dimensions = [
      { Name: 'ClusterName', Value: 'production' },
      { Name: 'ServiceName', Value: 'web' },
    ];
    const cpu = { Namespace: 'AWS/ECS', MetricName: 'CPUUtilization', Dimensions: dimensions };
    await alarms(
      new alarmApi.GetMetricDataCommand({
        StartTime: new Date('2025-12-31T23:00:00Z'),
        EndTime: new Date('2026-01-01T00:00:00Z'),
        MetricDataQueries: [{ Id: 'cpu', MetricStat: { Metric: cpu, Stat: 'Average', Period: 60 } }],
      }),
    );

    const logGroupName = '/walked';
    const stream = { logGroupName, logStreamName: 'app/1' };
    await logs(new logApi.CreateLogGroupCommand({ logGroupName }));
    await logs(new logApi.CreateLogStreamCommand(stream));
    const logEvents = [{ timestamp: Date.UTC(2026, 0, 1), message: 'walked' }];
    await logs(new logApi.PutLogEventsCommand({ ...stream, logEvents }));
    await logs(new logApi.DescribeLogGroupsCommand({}));
    await logs(new logApi.DescribeLogStreamsCommand({ logGroupName }));
    await logs(new logApi.GetLogEventsCommand(stream));
    await logs(new logApi.FilterLogEventsCommand({ logGroupName }));
    const logGroupIdentifiers = [`arn:aws:logs:us-east-1:123456789012:log-group:${logGroupName}`];
    const tail = await logs(new logApi.StartLiveTailCommand({ logGroupIdentifiers }));
    for await (const event of tail.responseStream ?? []) if (event.sessionStart !== undefined) break;

    await sts(new stsApi.GetCallerIdentityCommand({}));
    await sts(new stsApi.AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'walk' }));
    await sts(new stsApi.GetSessionTokenCommand({}));
    await sts(
      new stsApi.AssumeRoleWithWebIdentityCommand({
        RoleArn: CI_ROLE,
        RoleSessionName: 'walk',
        WebIdentityToken: webIdentityToken({ exp: 4_000_000_000 }),
      }),
    );
  },
};
