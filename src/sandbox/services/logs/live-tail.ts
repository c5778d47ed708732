import { setTimeout as wait } from 'node:timers/promises';
import {
  InvalidParameterException$,
  LimitExceededException$,
  type LiveTailSessionLogEvent,
  SessionTimeoutException,
  type StartLiveTailRequest,
  type StartLiveTailResponseStream,
} from '@aws-sdk/client-cloudwatch-logs';
import { awsError } from '../../aws-api/service.ts';
import { matchesPattern } from './filter-pattern.ts';
import type { LogEvent, LogGroup, LogStore } from './log-store.ts';

/** Limits of https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html */
const MOST_EVENTS = 500;
const LONGEST_SESSION_MS = 3 * 60 * 60 * 1000;
/** At a time in an account and region: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const MOST_SESSIONS = 15;

export interface LiveTailOptions {
  /** How often a session sends what is new, in real time. */
  readonly updateMs?: number;
  readonly sessionMs?: number;
  readonly mostSessions?: number;
}

/** A group of a session, and what finds it again with the events that it has by then. */
export interface TailedGroup {
  readonly arn: string;
  readonly find: () => LogGroup | undefined;
}

/** The live tails of a region. */
export interface LiveTails {
  /** @throws AwsError `LimitExceededException` or `InvalidParameterException`. */
  start(
    store: LogStore,
    groups: readonly TailedGroup[],
    request: StartLiveTailRequest,
  ): AsyncIterable<StartLiveTailResponseStream>;
}

export function createLiveTails(options: LiveTailOptions = {}): LiveTails {
  const { updateMs = 1000, sessionMs = LONGEST_SESSION_MS, mostSessions = MOST_SESSIONS } = options;
  let open = 0;

  async function* session(
    store: LogStore,
    groups: readonly TailedGroup[],
    request: StartLiveTailRequest,
  ): AsyncGenerator<StartLiveTailResponseStream> {
    open += 1;
    try {
      const id = crypto.randomUUID();
      // What was written before is not sent.
      for (const { find } of groups) find();
      let seen = store.latest();
      yield { sessionStart: { requestId: id, sessionId: id, ...request } };
      const startedAt = performance.now();
      for (let updates = 1; updates * updateMs < sessionMs; updates += 1) {
        await wait(Math.max(0, startedAt + updates * updateMs - performance.now()), undefined, {
          ref: false,
        });
        const fresh = groups.flatMap((group) => eventsSince(group, seen, request));
        seen = store.latest();
        yield {
          sessionUpdate: {
            sessionMetadata: { sampled: fresh.length > MOST_EVENTS },
            sessionResults: sampleOf(fresh),
          },
        };
      }
      const message = 'The session has timed out.';
      yield { SessionTimeoutException: new SessionTimeoutException({ message, $metadata: {} }) };
    } finally {
      open -= 1;
    }
  }

  return {
    start(store, groups, request) {
      const { logStreamNames: names, logStreamNamePrefixes: prefixes } = request;
      const chooses = names !== undefined || prefixes !== undefined;
      if ((names !== undefined && prefixes !== undefined) || (chooses && groups.length > 1)) {
        const message = 'Log streams can be given by names or by prefixes, and only for one log group.';
        throw awsError(InvalidParameterException$, message);
      }
      if (open >= mostSessions) {
        throw awsError(
          LimitExceededException$,
          'The limit of concurrent Live Tail sessions has been reached.',
        );
      }
      return session(store, groups, request);
    },
  };
}

function eventsSince(
  { arn, find }: TailedGroup,
  seen: number,
  {
    logStreamNames: names,
    logStreamNamePrefixes: prefixes,
    logEventFilterPattern: pattern,
  }: StartLiveTailRequest,
): readonly LiveTailSessionLogEvent[] {
  const isWanted = (stream: string): boolean =>
    names?.includes(stream) ?? prefixes?.some((prefix) => stream.startsWith(prefix)) ?? true;
  return [...(find()?.streams.values() ?? [])]
    .filter(({ name }) => isWanted(name))
    .flatMap(({ name, events }) =>
      newest(events, seen)
        .filter(({ message }) => matchesPattern(message, pattern))
        .map(({ timestamp, message, ingestionTime = timestamp }) => ({
          logGroupIdentifier: arn,
          logStreamName: name,
          timestamp,
          message,
          ingestionTime,
        })),
    );
}

function newest(events: readonly LogEvent[], seen: number): readonly LogEvent[] {
  const last = events.findLastIndex(({ order }) => order <= seen);
  return events.slice(last + 1);
}

/** Every so many of them, by their times. */
function sampleOf(events: readonly LiveTailSessionLogEvent[]): LiveTailSessionLogEvent[] {
  const sorted = events.toSorted((one, other) => (one.timestamp ?? 0) - (other.timestamp ?? 0));
  if (sorted.length <= MOST_EVENTS) return sorted;
  const step = sorted.length / MOST_EVENTS;
  return sorted
    .filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
    .slice(0, MOST_EVENTS);
}
