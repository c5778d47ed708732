import { type LiveTailSessionLogEvent, StartLiveTailCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Aws } from '../aws/aws.ts';
import { waitUnlessCancelled } from '../aws/retry.ts';
import { afterEnd } from './live-tail-end.ts';
import type { TargetGroup } from './log-targets.ts';

/** Limits of https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html */
const MOST_GROUPS = 10;
const MOST_PREFIXES = 100;
/**
 * "Every second, a LiveTailSessionUpdate object is sent", also without new lines (same page): what is silent for so long has lost its
 * connection, as after a machine has slept or changed its network. Nothing else would end it for minutes.
 */
const SILENCE_MS = 15_000;

export interface LiveUpdate {
  readonly region: string;
  readonly events: readonly LiveTailSessionLogEvent[];
  /** Whether more was written than these. */
  readonly sampled: boolean;
  /** Which session has sent it: counts up. */
  readonly session: number;
}

interface LiveTailOptions {
  readonly aws: Pick<Aws, 'logs'>;
  readonly account: string;
  readonly signal: AbortSignal;
  readonly onUpdate: (update: LiveUpdate) => void;
  /** A session has begun or ended: lines of that moment may be missing in it. */
  readonly onGap: () => void;
}

/** The live tails of a service: one session for each region, with all log groups there. */
export interface LiveTails {
  /** Opens the sessions for these groups; one that fits already stays open. */
  follow(groups: readonly TargetGroup[]): void;
  /** Whether every session is open, so that nothing has to be polled. */
  isOpen(): boolean;
  /** Why lines have to be polled, as a sentence; undefined while all sessions are open or being opened. */
  why(): string | undefined;
}

interface Session {
  readonly key: string;
  readonly end: () => void;
  why: string | undefined;
  isOpen: boolean;
}

export function createLiveTails(options: LiveTailOptions): LiveTails {
  const sessions = new Map<string, Session>();
  let tooMany: string | undefined;
  let count = 0;

  async function run(region: string, request: LiveTailRequest, session: Session, signal: AbortSignal) {
    for (let failures = 0; !signal.aborted; ) {
      count += 1;
      const error = await sessionOf(options, region, { request, number: count, signal }, () => {
        failures = 0;
        session.why = undefined;
        session.isOpen = true;
        options.onGap();
      });
      session.isOpen = false;
      if (signal.aborted) return;
      options.onGap();
      const { why, afterMs } = afterEnd(error, region, failures);
      session.why = why;
      failures += 1;
      if (afterMs === undefined) return;
      await waitUnlessCancelled(afterMs, signal, 'The live tail');
    }
  }

  function open(region: string, request: LiveTailRequest, key: string): void {
    const end = new AbortController();
    const session: Session = { key, end: () => end.abort(), why: undefined, isOpen: false };
    sessions.set(region, session);
    const signal = AbortSignal.any([options.signal, end.signal]);
    run(region, request, session, signal).catch(() => {
      // Only the wait for the next try rejects, when the call has ended.
    });
  }

  return {
    follow(groups) {
      const byRegion = Map.groupBy(groups, ({ region }) => region);
      const crowded = [...byRegion].find(([, own]) => own.length > MOST_GROUPS);
      tooMany =
        crowded &&
        `New lines are polled: a live tail takes ${MOST_GROUPS} log groups at most, and there are ${crowded[1].length} in ${crowded[0]}.`;
      const wanted = new Map(
        [...byRegion]
          .filter(([, own]) => own.length <= MOST_GROUPS)
          .map(([region, own]) => [region, requestOf(own)]),
      );
      for (const [region, { key, end }] of sessions) {
        const request = wanted.get(region);
        if (request !== undefined && JSON.stringify(request) === key) continue;
        end();
        sessions.delete(region);
      }
      for (const [region, request] of wanted) {
        if (!sessions.has(region)) open(region, request, JSON.stringify(request));
      }
    },
    isOpen: () => tooMany === undefined && [...sessions.values()].every(({ isOpen }) => isOpen),
    why: () => tooMany ?? [...sessions.values()].find(({ why }) => why !== undefined)?.why,
  };
}

interface LiveTailRequest {
  readonly logGroupIdentifiers: string[];
  readonly logStreamNamePrefixes?: string[];
}

/** Streams can be chosen in one group only; of several groups all lines come, and those of others are left out. */
function requestOf(groups: readonly TargetGroup[]): LiveTailRequest {
  const logGroupIdentifiers = groups.map(({ logGroupArn }) => logGroupArn).toSorted();
  const [only] = groups;
  if (only === undefined || groups.length > 1) return { logGroupIdentifiers };
  const targets = [...only.streams.values()].flat();
  const isOneTask = new Set(targets.map(({ taskId }) => taskId)).size === 1;
  // Those of tasks to come begin alike. The whole name is a prefix too.
  const prefixes = new Set(
    targets.map(({ logStream, prefix }) => (isOneTask ? logStream : (prefix ?? logStream))),
  );
  if (prefixes.size > MOST_PREFIXES) return { logGroupIdentifiers };
  return { logGroupIdentifiers, logStreamNamePrefixes: [...prefixes].toSorted() };
}

interface SessionOptions {
  readonly request: LiveTailRequest;
  readonly number: number;
  readonly signal: AbortSignal;
}

/** Carries out one session, and answers with what has ended it; undefined for its end after three hours. */
async function sessionOf(
  { aws, account, onUpdate }: LiveTailOptions,
  region: string,
  { request, number, signal }: SessionOptions,
  onStart: () => void,
): Promise<unknown> {
  const silence = new AbortController();
  const abortSignal = AbortSignal.any([signal, silence.signal]);
  let listening: NodeJS.Timeout | undefined;
  try {
    const command = new StartLiveTailCommand(request);
    const logs = aws.logs({ account, region }, 'visible');
    const { responseStream = [] } = await logs.send(command, { abortSignal });
    listening = setTimeout(() => silence.abort(), SILENCE_MS);
    for await (const { sessionStart, sessionUpdate, ...ended } of responseStream) {
      listening.refresh();
      if (sessionStart !== undefined) onStart();
      if (sessionUpdate !== undefined) {
        const { sessionResults: events = [], sessionMetadata } = sessionUpdate;
        onUpdate({ region, events, sampled: sessionMetadata?.sampled === true, session: number });
      }
      if (ended.SessionTimeoutException !== undefined) return undefined;
      if (ended.SessionStreamingException !== undefined) return ended.SessionStreamingException;
    }
    return undefined;
  } catch (error) {
    if (silence.signal.aborted) return new Error('The live tail fell silent.', { cause: error });
    return error instanceof Error && error.name === 'SessionTimeoutException' ? undefined : error;
  } finally {
    clearTimeout(listening);
  }
}
