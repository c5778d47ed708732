import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsRequest,
  GetLogEventsCommand,
  InvalidOperationException$,
  InvalidParameterException$,
  type LogGroupClass,
  PutLogEventsCommand,
  ResourceAlreadyExistsException$,
  ResourceNotFoundException$,
  StartLiveTailCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  type AwsError,
  type AwsJsonService,
  awsError,
  type CallContext,
  operation,
  operationsByName,
} from '../../aws-api/service.ts';
import { byRegion } from '../../core/by-region.ts';
import { partitionOf } from '../../core/partition.ts';
import { findEvents, type Place } from './find-events.ts';
import { createLiveTails, type LiveTailOptions } from './live-tail.ts';
import type { LogEvent, LogGroup, LogStore, LogStream } from './log-store.ts';
import { acceptedEvents } from './put-rules.ts';

const MOST_EVENTS = 10_000;
const MOST_NAMES = 50;

/**
 * CloudWatch Logs, as far as one writes and reads what containers say.
 *
 * @param wallTime the time on the wall.
 */
export function createLogs(
  storeIn: (region: string) => LogStore,
  wallTime: () => Date,
  liveTail?: LiveTailOptions,
): AwsJsonService {
  const liveTailsIn = byRegion(() => createLiveTails(liveTail));
  const findGroup = ({ region }: CallContext, name: string | undefined, identifier?: string): LogGroup => {
    const wanted = name ?? identifier?.split(':log-group:').at(-1)?.replace(/:\*$/, '') ?? '';
    const group = storeIn(region).find(wanted);
    if (group === undefined) throw notFound('group');
    return group;
  };

  return {
    name: 'Logs',
    targetPrefix: 'Logs_20140328',
    // Events of 1 MiB, with each character escaped.
    bodyLimit: 8 * 1024 * 1024,
    operations: operationsByName([
      operation(CreateLogGroupCommand, ({ logGroupName = '', logGroupClass }, { region }) => {
        const store = storeIn(region);
        if (store.find(logGroupName) !== undefined) throw alreadyExists('group');
        store.createGroup(logGroupName, logGroupClass);
        return {};
      }),

      operation(CreateLogStreamCommand, ({ logGroupName, logStreamName = '' }, context) => {
        const group = findGroup(context, logGroupName);
        if (group.streams.has(logStreamName)) throw alreadyExists('stream');
        storeIn(context.region).createStream(group.name, logStreamName);
        return {};
      }),

      operation(PutLogEventsCommand, ({ logGroupName, logStreamName = '', logEvents = [] }, context) => {
        const group = findGroup(context, logGroupName);
        if (!group.streams.has(logStreamName)) throw notFound('stream');
        const { accepted, rejected } = acceptedEvents(logEvents, wallTime());
        for (const { timestamp = 0, message = '' } of accepted) {
          storeIn(context.region).put(group.name, logStreamName, { timestamp, message });
        }
        return { rejectedLogEventsInfo: rejected };
      }),

      operation(DescribeLogGroupsCommand, (input, context) => {
        const { logGroupNamePrefix = '', logGroupNamePattern = '' } = input;
        const groups = storeIn(context.region)
          .list()
          .filter(({ name }) => name.startsWith(logGroupNamePrefix) && name.includes(logGroupNamePattern))
          .filter((group) => isOfClass(group, input.logGroupClass));
        const { items, nextToken } = pageOf(
          groups,
          input.nextToken,
          limitOf(input.limit, MOST_NAMES, MOST_NAMES),
        );
        return { logGroups: items.map((group) => groupShape(group, context)), nextToken };
      }),

      operation(DescribeLogStreamsCommand, (input, context) => {
        const group = findGroup(context, input.logGroupName, input.logGroupIdentifier);
        const { logStreamNamePrefix: prefix = '', orderBy = 'LogStreamName', descending = false } = input;
        const sorted = [...group.streams.values()]
          .filter(({ name }) => name.startsWith(prefix))
          .toSorted(orderBy === 'LastEventTime' ? byLastEvent : byName);
        const streams = descending ? sorted.toReversed() : sorted;
        const { items, nextToken } = pageOf(
          streams,
          input.nextToken,
          limitOf(input.limit, MOST_NAMES, MOST_NAMES),
        );
        return { logStreams: items.map((stream) => streamShape(group, stream, context)), nextToken };
      }),

      operation(GetLogEventsCommand, (input, context) => {
        const group = findGroup(context, input.logGroupName, input.logGroupIdentifier);
        refuseOtherClasses(group, 'GetLogEvents');
        const stream = group.streams.get(input.logStreamName ?? '');
        if (stream === undefined) throw notFound('stream');
        const events = stream.events.filter((event) => isWithin(event, input));
        const { from, to } = windowOf(
          events,
          input.nextToken,
          input.startFromHead ?? false,
          limitOf(input.limit, MOST_EVENTS, MOST_EVENTS),
        );
        return {
          events: events.slice(from, to).map(eventShape),
          // The same token comes back when there is nothing more in that direction yet.
          nextForwardToken: `f/${to === 0 ? 0 : (events[to - 1]?.order ?? 0)}`,
          nextBackwardToken: `b/${events[from]?.order ?? 0}`,
        };
      }),

      operation(FilterLogEventsCommand, (input, context) => {
        const group = findGroup(context, input.logGroupName, input.logGroupIdentifier);
        refuseOtherClasses(group, 'FilterLogEvents');
        const { startTime = 0, endTime = Number.POSITIVE_INFINITY } = input;
        const { found, next } = findEvents({
          streams: streamsOf(group, input),
          after:
            input.nextToken === undefined ? { timestamp: startTime, order: -1 } : readToken(input.nextToken),
          // Events with a later timestamp are not returned.
          before: endTime + 1,
          pattern: input.filterPattern,
          limit: limitOf(input.limit, MOST_EVENTS, MOST_EVENTS),
        });
        return {
          events: found.map(({ stream, event }) => ({
            ...eventShape(event),
            logStreamName: stream,
            eventId: String(event.order).padStart(56, '0'),
          })),
          searchedLogStreams: [],
          nextToken: next === undefined ? undefined : `n/${next.timestamp}/${next.order}`,
        };
      }),

      operation(StartLiveTailCommand, (input, context) => {
        const { logGroupIdentifiers = [] } = input;
        const groups = logGroupIdentifiers.map((arn) => {
          if (!/^arn:[\w-]+:logs:[\w-]+:\d{12}:log-group:[^*]+$/.test(arn)) {
            throw awsError(InvalidParameterException$, `Invalid log group ARN: ${arn}`);
          }
          const group = findGroup(context, undefined, arn);
          refuseOtherClasses(group, 'StartLiveTail');
          const { name } = group;
          return { arn, find: () => storeIn(context.region).find(name) };
        });
        const tails = liveTailsIn(context.region);
        return { responseStream: tails.start(storeIn(context.region), groups, input) };
      }),
    ]),
  };
}

/**
 * Lines of the class Standard only can be read and followed; those of the others are for Logs Insights.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html. The sentence is one that AWS
 * gives for FilterLogEvents.
 */
function refuseOtherClasses({ name, logGroupClass = 'STANDARD' }: LogGroup, operationName: string): void {
  if (logGroupClass === 'STANDARD') return;
  const message = `The log group ${name} is of log-group-class ${logGroupClass}. ${operationName} is not supported for this log class.`;
  throw awsError(InvalidOperationException$, message);
}

/** Infrequent Access and Essentials are one filter: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
function isOfClass(
  { logGroupClass: own = 'STANDARD' }: LogGroup,
  wanted: LogGroupClass | undefined,
): boolean {
  const alike: readonly LogGroupClass[] = ['INFREQUENT_ACCESS', 'ESSENTIALS'];
  return wanted === undefined || own === wanted || (alike.includes(own) && alike.includes(wanted));
}

/** The streams that a search names, all of which must exist, or those with a prefix. */
function streamsOf(
  { streams }: LogGroup,
  {
    logStreamNames: names,
    logStreamNamePrefix: prefix,
  }: Pick<FilterLogEventsRequest, 'logStreamNames' | 'logStreamNamePrefix'>,
): readonly LogStream[] {
  if (names === undefined) return [...streams.values()].filter(({ name }) => name.startsWith(prefix ?? ''));
  if (prefix !== undefined) {
    const message = 'The logStreamNames and logStreamNamePrefix parameters cannot be used together.';
    throw awsError(InvalidParameterException$, message);
  }
  return [...new Set(names)].map((name) => {
    const stream = streams.get(name);
    if (stream === undefined) throw notFound('stream');
    return stream;
  });
}

function readToken(token: string): Place {
  const { timestamp, order } = /^n\/(?<timestamp>\d{1,15})\/(?<order>\d{1,15})$/.exec(token)?.groups ?? {};
  if (timestamp !== undefined && order !== undefined) {
    return { timestamp: Number(timestamp), order: Number(order) };
  }
  throw awsError(InvalidParameterException$, 'The specified nextToken is invalid.');
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | undefined;
}

/** The token is the place of the next item. */
function pageOf<T>(items: readonly T[], token: string | undefined, limit: number): Page<T> {
  const start = token === undefined ? 0 : readPlace(token, 'n');
  const end = start + limit;
  return { items: items.slice(start, end), nextToken: end < items.length ? `n/${end}` : undefined };
}

/** The part of a stream that a token and a limit name: on from an event, back from it, or at one of the ends. */
function windowOf(
  events: readonly LogEvent[],
  token: string | undefined,
  startFromHead: boolean,
  limit: number,
): { readonly from: number; readonly to: number } {
  if (token?.startsWith('f/') === true) {
    const after = readPlace(token, 'f');
    const next = events.findIndex(({ order }) => order > after);
    const from = next === -1 ? events.length : next;
    return { from, to: Math.min(events.length, from + limit) };
  }
  if (token !== undefined) {
    const before = readPlace(token, 'b');
    const to = events.filter(({ order }) => order < before).length;
    return { from: Math.max(0, to - limit), to };
  }
  if (startFromHead) return { from: 0, to: Math.min(limit, events.length) };
  return { from: Math.max(0, events.length - limit), to: events.length };
}

function readPlace(token: string, kind: string): number {
  const place = token.startsWith(`${kind}/`) ? Number(token.slice(2)) : Number.NaN;
  if (Number.isInteger(place) && place >= 0) return place;
  throw awsError(InvalidParameterException$, 'The specified nextToken is invalid.');
}

function limitOf(limit: number | undefined, most: number, byDefault: number): number {
  if (limit === undefined) return byDefault;
  if (limit >= 1 && limit <= most) return limit;
  const constraint =
    limit < 1
      ? 'Member must have value greater than or equal to 1'
      : `Member must have value less than or equal to ${most}`;
  throw awsError(
    InvalidParameterException$,
    `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: ${constraint}`,
  );
}

function isWithin(
  { timestamp }: LogEvent,
  { startTime, endTime }: { readonly startTime?: number | undefined; readonly endTime?: number | undefined },
): boolean {
  return timestamp >= (startTime ?? 0) && timestamp < (endTime ?? Number.POSITIVE_INFINITY);
}

function byName(one: LogStream, other: LogStream): number {
  return one.name < other.name ? -1 : 1;
}

function byLastEvent(one: LogStream, other: LogStream): number {
  return (one.events.at(-1)?.order ?? 0) - (other.events.at(-1)?.order ?? 0);
}

function eventShape({ timestamp, message, ingestionTime = timestamp }: LogEvent) {
  return { timestamp, message, ingestionTime };
}

function groupArn(group: LogGroup, { region, accountId }: CallContext): string {
  return `arn:${partitionOf(region)}:logs:${region}:${accountId}:log-group:${group.name}`;
}

function groupShape(group: LogGroup, context: CallContext) {
  const logGroupArn = groupArn(group, context);
  return {
    logGroupName: group.name,
    creationTime: group.createdAt,
    metricFilterCount: 0,
    arn: `${logGroupArn}:*`,
    logGroupArn,
    storedBytes: 0,
    logGroupClass: group.logGroupClass ?? ('STANDARD' as const),
  };
}

function streamShape(group: LogGroup, stream: LogStream, context: CallContext) {
  const last = stream.events.at(-1);
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    firstEventTimestamp: stream.events[0]?.timestamp,
    lastEventTimestamp: last?.timestamp,
    lastIngestionTime: last?.ingestionTime ?? last?.timestamp,
    arn: `${groupArn(group, context)}:log-stream:${stream.name}`,
    storedBytes: 0,
  };
}

function notFound(what: 'group' | 'stream'): AwsError {
  return awsError(ResourceNotFoundException$, `The specified log ${what} does not exist.`);
}

function alreadyExists(what: 'group' | 'stream'): AwsError {
  return awsError(ResourceAlreadyExistsException$, `The specified log ${what} already exists`);
}
