import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
  StateValue,
} from '@aws-sdk/client-cloudwatch';
import {
  type AwsError,
  type AwsJsonService,
  awsError,
  type CallContext,
  operation,
  operationsByName,
} from '../../aws-api/service.ts';
import { partitionOf } from '../../core/partition.ts';
import type { Alarm, Alarms } from './alarms.ts';

const MOST_RECORDS = 100;
const DEFAULT_RECORDS = 50;

/**
 * CloudWatch alarms as far as deployments watch them. An alarm starts with INSUFFICIENT_DATA and has the state that
 * SetAlarmState gives it; its metric is never looked at.
 */
export function createCloudWatch(alarmsIn: (region: string) => Alarms, now: () => Date): AwsJsonService {
  return {
    name: 'CloudWatch',
    targetPrefix: 'GraniteServiceVersion20100801',
    operations: operationsByName([
      operation(DescribeAlarmsCommand, (input, { region }) => {
        const wanted = alarmsIn(region)
          .list()
          .filter((alarm) => isWanted(alarm, input));
        const start = readToken(input.NextToken);
        const end = start + recordsOf(input.MaxRecords);
        return {
          CompositeAlarms: [],
          MetricAlarms: wanted.slice(start, end),
          NextToken: end < wanted.length ? String(end) : undefined,
        };
      }),

      operation(PutMetricAlarmCommand, ({ Tags: _tags, ...input }, context) => {
        const { AlarmName: name = '' } = input;
        const alarms = alarmsIn(context.region);
        const known = alarms.find(name);
        alarms.put({
          ActionsEnabled: true,
          ...input,
          AlarmName: name,
          AlarmArn: alarmArn(name, context),
          AlarmConfigurationUpdatedTimestamp: now(),
          StateValue: known?.StateValue ?? 'INSUFFICIENT_DATA',
          StateReason: known?.StateReason ?? 'Unchecked: Initial alarm creation',
          StateUpdatedTimestamp: known?.StateUpdatedTimestamp ?? now(),
        });
        return {};
      }),

      operation(SetAlarmStateCommand, (input, { region }) => {
        const alarms = alarmsIn(region);
        const { AlarmName: name = '', StateValue: state = 'OK', StateReason, StateReasonData } = input;
        if (!Object.values(StateValue).includes(state)) {
          throw invalid(
            state,
            'stateValue',
            'Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]',
          );
        }
        const alarm = alarms.find(name);
        if (alarm === undefined)
          throw awsError('ResourceNotFound', `Alarm ${name} does not exist`, { status: 404 });
        const at = now();
        alarms.put({
          ...alarm,
          StateValue: state,
          StateReason,
          StateReasonData,
          StateUpdatedTimestamp: at,
          StateTransitionedTimestamp: at,
        });
        return {};
      }),

      operation(DeleteAlarmsCommand, ({ AlarmNames: names = [] }, { region }) => {
        for (const name of names) alarmsIn(region).delete(name);
        return {};
      }),
    ]),
  };
}

function isWanted(
  { AlarmName, StateValue: state }: Alarm,
  { AlarmNames, AlarmNamePrefix = '', StateValue: wantedState, AlarmTypes }: DescribeAlarmsCommandInput,
): boolean {
  return (
    (AlarmNames?.includes(AlarmName) ?? true) &&
    AlarmName.startsWith(AlarmNamePrefix) &&
    (wantedState === undefined || wantedState === state) &&
    (AlarmTypes?.includes('MetricAlarm') ?? true)
  );
}

function recordsOf(asked: number | undefined): number {
  if (asked === undefined) return DEFAULT_RECORDS;
  if (asked >= 1 && asked <= MOST_RECORDS) return asked;
  const bound = asked < 1 ? 'greater than or equal to 1' : `less than or equal to ${MOST_RECORDS}`;
  throw invalid(asked, 'maxRecords', `Member must have value ${bound}`);
}

function readToken(token: string | undefined): number {
  const place = Number(token ?? 0);
  if (Number.isInteger(place) && place >= 0) return place;
  throw awsError('InvalidNextToken', 'The next token specified is invalid.');
}

function alarmArn(name: string, { region, accountId }: CallContext): string {
  return `arn:${partitionOf(region)}:cloudwatch:${region}:${accountId}:alarm:${name}`;
}

function invalid(value: string | number, member: string, constraint: string): AwsError {
  return awsError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
