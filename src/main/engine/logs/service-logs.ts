import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { ServiceLogLine, ServiceLogsEvent } from '../../../shared/model/log.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Aws } from '../aws/aws.ts';
import { isTemporary, waitUnlessCancelled, withRetry } from '../aws/retry.ts';
import type { CallContext, Handlers } from '../ports/handlers.ts';
import { createEventFinder, type TimeWindow } from './found-events.ts';
import { createLineReader, type LineReader } from './line-reader.ts';
import { createLiveTails, type LiveUpdate } from './live-tails.ts';
import { byLogGroup, createTargetReader, type LogTargets, type TargetGroup } from './log-targets.ts';
import { groupRefusal } from './refused-group.ts';

/** After a gap in a live tail, lines are polled for so long, because CloudWatch shows some of them late. */
const AFTER_GAP_MS = 15_000;
/** A live tail drops lines without a word when it is not read fast enough: they are looked for once in a while. */
const CHECKED_MS = 60_000;
/** How often the last seconds are read again while lines are polled. */
const LONG_REACH_MS = 10_000;
/** While more is written than a live tail sends. */
const SHORTEST_POLL_MS = 500;
/** How often tasks are listed: this many polls. */
const POLLS_OF_TASKS = 2;
/** A log group that does not exist may be created by the first line. */
const MISSING_GROUP_MS = 15_000;
/** Live lines that wait for the end of the history; those beyond it are found by polls. */
const MOST_WAITING = 5_000;
const LINES_OF_EVENT = 2_000;
const CHARACTERS_OF_EVENT = 4_000_000;

type LogsInput = Parameters<Handlers['services.logs']>[0];
type Context = CallContext<'services.logs'>;

/** The method services.logs. `pollMs`: how often new lines are asked for. */
export function createLogHandlers(
  aws: Pick<Aws, 'ecs' | 'logs'>,
  pollMs: number,
): Pick<Handlers, 'services.logs'> {
  return {
    async 'services.logs'(input, context) {
      const end = new AbortController();
      const signal = AbortSignal.any([context.signal, end.signal]);
      try {
        return await streamLogs({ aws, pollMs, input, signal, emit: context.emit });
      } finally {
        // Sessions end with the call.
        end.abort();
      }
    },
  };
}

interface Streaming {
  readonly aws: Pick<Aws, 'ecs' | 'logs'>;
  readonly pollMs: number;
  readonly input: LogsInput;
  readonly signal: AbortSignal;
  readonly emit: Context['emit'];
}

async function streamLogs(streaming: Streaming): Promise<{ count: number; notRead: string[] }> {
  const { aws, input, signal, emit } = streaming;
  const { since, until, follow = false, filter, container, task, ...ref } = input;
  const window = { from: Date.parse(since), before: until === undefined ? undefined : Date.parse(until) };
  if (window.before !== undefined && window.before <= window.from) {
    throw new SlipwayError(
      'INVALID_INPUT',
      'The time range ends before it begins. Give an end that is later than the start.',
      { detail: { field: 'until' } },
    );
  }
  const lines = createEmitter(emit, filter);
  const reader = createLineReader(createEventFinder(aws, ref.account, signal));
  const groups = createGroups(streaming, ref, { container, task });
  const tails = createTails(streaming, reader, groups, lines);

  await withRetry(signal, () => groups.refresh());
  if (follow) tails.follow();
  groups.tell(follow ? tails.why() : undefined, follow);
  const refuse = (group: TargetGroup, error: unknown): boolean => groups.refuse(group, error);
  for await (const part of reader.history(groups.readable(), window, refuse)) lines.tell(part);
  tails.caughtUp();
  if (follow) tails.follow();
  groups.tell(follow ? tails.why() : undefined, follow);
  emit({ kind: 'caught-up' });
  if (follow) await followOn({ ...streaming, window, reader, groups, lines, tails });
  return { count: lines.count(), notRead: groups.notRead() };
}

interface Following extends Streaming {
  readonly window: TimeWindow;
  readonly reader: LineReader;
  readonly groups: Groups;
  readonly lines: Emitter;
  readonly tails: Tails;
}

/** Tells what comes until the call is cancelled, or `until` has passed. */
async function followOn(following: Following): Promise<void> {
  const { pollMs, signal, window, groups, tails } = following;
  const beside = createBesideWork();
  let [checkedAt, listedAt, reachedAt] = [performance.now(), performance.now(), Number.NEGATIVE_INFINITY];
  while (window.before === undefined || Date.now() < window.before + AFTER_GAP_MS) {
    await tails.pause(tails.isSampled() ? Math.min(pollMs, SHORTEST_POLL_MS) : pollMs);
    if (signal.aborted) throw cancelled('services.logs');
    beside.throwFailure();
    // Also while AWS can't be reached, and nothing else can be told.
    groups.tell(tails.why(), true);
    const now = performance.now();
    if (now - listedAt >= pollMs * POLLS_OF_TASKS) {
      listedAt = now;
      beside.start('tasks', async () => {
        await groups.refresh();
        await readGroups(following, groups.due(), 'long');
        tails.follow();
      });
    }
    if (!tails.hasGap() && now - checkedAt < CHECKED_MS) continue;
    if (now - reachedAt >= LONG_REACH_MS) {
      reachedAt = now;
      beside.start('reach', () => readGroups(following, groups.readable(), 'long'));
    }
    if (await unlessTemporary(() => readNews(following))) checkedAt = now;
  }
}

/** Work that the polls of new lines are not to wait for; each kind once at a time. */
function createBesideWork() {
  const running = new Set<string>();
  let failure: { readonly error: unknown } | undefined;
  return {
    start(kind: string, what: () => Promise<void>): void {
      if (running.has(kind)) return;
      running.add(kind);
      unlessTemporary(what)
        .catch((error: unknown) => {
          failure = { error };
        })
        .finally(() => running.delete(kind));
    },
    throwFailure(): void {
      if (failure !== undefined) throw failure.error;
    },
  };
}

async function readNews(following: Following): Promise<void> {
  const startedAt = performance.now();
  await readGroups(following, following.groups.readable(), 'short');
  following.reader.endRound(performance.now() - startedAt);
}

async function readGroups(
  { reader, groups, lines, window }: Following,
  wanted: readonly TargetGroup[],
  reach: 'short' | 'long',
): Promise<void> {
  let passing: { readonly error: unknown } | undefined;
  for (const group of wanted) {
    try {
      for await (const part of reader.news(group, window, reach)) lines.tell(part);
      groups.accept(group);
    } catch (error) {
      if (groups.refuse(group, error)) continue;
      if (!isTemporary(error)) throw error;
      // The others are read all the same, and all of them again in the next round.
      passing ??= { error };
    }
  }
  if (passing !== undefined) throw passing.error;
}

/** False where it failed in a way that may pass. */
async function unlessTemporary(what: () => Promise<void>): Promise<boolean> {
  try {
    await what();
    return true;
  } catch (error) {
    if (!isTemporary(error)) throw error;
    return false;
  }
}

interface Emitter {
  readonly tell: (lines: readonly ServiceLogLine[], sampled?: boolean) => void;
  readonly count: () => number;
}

/** Sends lines in events of a bounded size. */
function createEmitter(emit: Context['emit'], filter: string | undefined): Emitter {
  let count = 0;
  function send(lines: ServiceLogLine[], sampled: boolean): void {
    count += lines.length;
    emit({ kind: 'lines', lines, ...(sampled ? { sampled } : {}) });
  }
  return {
    count: () => count,
    tell(lines, sampled = false) {
      let part: ServiceLogLine[] = [];
      let characters = 0;
      for (const line of lines) {
        if (filter !== undefined && !line.text.includes(filter)) continue;
        if (part.length >= LINES_OF_EVENT || characters > CHARACTERS_OF_EVENT) {
          send(part, sampled);
          part = [];
          characters = 0;
        }
        part.push(line);
        characters += line.text.length;
      }
      if (part.length > 0 || (sampled && lines.length > 0)) send(part, sampled);
    },
  };
}

/** The log groups of a service, without those that can't be read. */
interface Groups {
  readonly refresh: () => Promise<void>;
  readonly readable: () => readonly TargetGroup[];
  /** Those that did not exist, and may exist by now. */
  readonly due: () => readonly TargetGroup[];
  /** It could be read. */
  readonly accept: (group: TargetGroup) => void;
  /** Takes a group out that AWS doesn't let read; false for another error. */
  readonly refuse: (group: TargetGroup, error: unknown) => boolean;
  readonly notRead: () => string[];
  /** Tells the sources where they have changed. */
  readonly tell: (why: string | undefined, isLive: boolean) => void;
}

function createGroups(
  { aws, signal, emit }: Streaming,
  ref: ServiceRef,
  wanted: Parameters<typeof createTargetReader>[2],
): Groups {
  const read = createTargetReader(aws, ref, wanted, signal);
  const refused = new Map<string, { readonly sentence: string; readonly until: number }>();
  let found: LogTargets = { targets: [], notRead: [] };
  let told = '';

  const keyOf = ({ region, logGroup }: TargetGroup): string => `${region} ${logGroup}`;
  const notRead = (): string[] => [
    ...found.notRead,
    ...[...refused.values()].map(({ sentence }) => sentence),
  ];

  return {
    async refresh() {
      found = await read();
    },
    readable: () => byLogGroup(found.targets).filter((group) => !refused.has(keyOf(group))),
    due: () =>
      byLogGroup(found.targets).filter((group) => {
        const known = refused.get(keyOf(group));
        return known !== undefined && performance.now() >= known.until;
      }),
    accept: (group) => refused.delete(keyOf(group)),
    refuse(group, error) {
      const sentence = groupRefusal(group, error);
      if (sentence === undefined) return false;
      const mayCome = error instanceof SlipwayError && error.code === 'NOT_FOUND';
      const until = mayCome ? performance.now() + MISSING_GROUP_MS : Number.POSITIVE_INFINITY;
      refused.set(keyOf(group), { sentence, until });
      return true;
    },
    notRead,
    tell(why, isLive) {
      const via = isLive && why === undefined ? 'live-tail' : 'polls';
      const event: ServiceLogsEvent = {
        kind: 'sources',
        sources: found.targets.map((target) => ({ ...target })),
        notRead: notRead(),
        via,
        ...(why === undefined ? {} : { why }),
      };
      const text = JSON.stringify(event);
      if (text === told) return;
      told = text;
      emit({ ...event, sources: [...event.sources], notRead: [...event.notRead] });
    },
  };
}

/** The live tails of a call, and what they say about polls. */
interface Tails {
  /** Opens, keeps or ends sessions, as the groups are now. */
  readonly follow: () => void;
  readonly why: () => string | undefined;
  /** From now on lines are told as they come. */
  readonly caughtUp: () => void;
  /** Whether lines may be missing in what came live. */
  readonly hasGap: () => boolean;
  readonly isSampled: () => boolean;
  /** Waits, or until more is written than a live tail sends. Rejects with CANCELLED. */
  readonly pause: (ms: number) => Promise<void>;
}

function createTails(
  { aws, input, signal }: Streaming,
  reader: LineReader,
  groups: Groups,
  lines: Emitter,
): Tails {
  let waiting: LiveUpdate[] | undefined = [];
  let gapUntil = Number.NEGATIVE_INFINITY;
  let sampledUntil = Number.NEGATIVE_INFINITY;
  let wake: (() => void) | undefined;

  function onGap(): void {
    gapUntil = performance.now() + AFTER_GAP_MS;
  }

  function tell(update: LiveUpdate): void {
    lines.tell(reader.live(groups.readable(), update), update.sampled);
  }

  const tails = createLiveTails({
    aws,
    account: input.account,
    signal,
    onGap,
    onUpdate(update) {
      if (update.sampled) {
        onGap();
        sampledUntil = gapUntil;
        wake?.();
      }
      if (waiting === undefined) tell(update);
      else if (waiting.reduce((sum, { events }) => sum + events.length, 0) < MOST_WAITING)
        waiting.push(update);
    },
  });

  return {
    follow: () => tails.follow(groups.readable()),
    why: () => tails.why(),
    caughtUp() {
      for (const update of waiting ?? []) tell(update);
      waiting = undefined;
      onGap();
    },
    hasGap: () => !tails.isOpen() || performance.now() < gapUntil,
    isSampled: () => performance.now() < sampledUntil,
    async pause(ms) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await Promise.race([waitUnlessCancelled(ms, signal, 'services.logs'), woken]);
    },
  };
}
