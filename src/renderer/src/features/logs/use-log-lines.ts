import { useEffect, useState } from 'react';
import type { ServiceLogLine, ServiceLogsEvent } from '../../../../shared/model/log.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { type EngineWatch, useEngineWatch, useRestartOnFailure } from '../../lib/streams.ts';
import type { SeenHealthy } from './log-marks.ts';
import { createLogStore, type LogEntry, type LogStore } from './log-store.ts';
import { createLogView, type LogView } from './log-view.ts';
import type { LogWindow } from './logs-search.ts';

/** Lines that are taken in one frame, well within its 16.7 ms. */
const LINES_A_FRAME = 1_500;
/** How long a frame tries a new filter. To draw a part of the matches takes as long, so fewer and longer frames end sooner. */
const FILTER_MS = 16;
/** A page that is hidden draws no frames, and its lines must not pile up. */
const HIDDEN_MS = 1_000;
/** Counts are drawn less often than lines. */
const COUNTED_EVERY_MS = 250;

type Sources = Extract<ServiceLogsEvent, { kind: 'sources' }>;

interface Feed {
  readonly store: LogStore;
  readonly view: LogView;
  readonly healthy: readonly SeenHealthy[];
  readonly sources: Sources | undefined;
  readonly isCaughtUp: boolean;
  /** Whether lines that have arrived are still to be taken in. */
  readonly isBusy: boolean;
  readonly isSampled: boolean;
  /** From the time that a container gave its newest line to its arrival here. */
  readonly lagMs: number | undefined;
  /** Changes when counts are to be drawn again. */
  readonly counted: number;
  readonly take: (event: ServiceLogsEvent) => void;
  readonly apply: (matches: (entry: LogEntry) => boolean) => void;
  /** Calls after each batch. Returns how to end it. */
  readonly listen: (listener: () => void) => () => void;
}

export interface LogLines
  extends Pick<
    Feed,
    'store' | 'view' | 'healthy' | 'sources' | 'isCaughtUp' | 'isSampled' | 'lagMs' | 'apply' | 'counted'
  > {
  readonly stream: EngineWatch<'services.logs'>;
}

/** The lines of a service between two times, or from one time on, as they come. A new window needs a new component. */
export function useLogLines(service: ServiceRef, { since, until }: LogWindow): LogLines {
  const [feed] = useState(createFeed);
  const [, setDrawn] = useState(0);
  useEffect(() => feed.listen(() => setDrawn((count) => count + 1)), [feed]);
  const { account, region, cluster, service: name } = service;
  const input = {
    account,
    region,
    cluster,
    service: name,
    since,
    ...(until === undefined ? { follow: true } : { until }),
  };
  const stream = useEngineWatch('services.logs', input, { onEvent: feed.take });
  useRestartOnFailure(stream, ({ code }) => code === 'UNAVAILABLE');
  const { store, view, healthy, sources, isCaughtUp, isSampled, lagMs, apply, counted } = feed;
  return {
    store,
    view,
    healthy,
    sources,
    isSampled,
    lagMs,
    apply,
    counted,
    stream,
    isCaughtUp: !feed.isBusy && (isCaughtUp || stream.current.state === 'done'),
  };
}

/** What arrives is taken in once a frame, so that the page draws each frame once however many batches there are. */
function createFeed(): Feed {
  const store = createLogStore();
  const view = createLogView(store);
  const listeners = new Set<() => void>();
  const healthy = new Map<string, SeenHealthy>();
  let queue: ServiceLogLine[] = [];
  let sources: Sources | undefined;
  let isCaughtUp = false;
  let isSampled = false;
  let lagMs: number | undefined;
  let frame: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let counting: ReturnType<typeof setTimeout> | undefined;
  let counted = 0;

  function draw(): void {
    for (const listener of listeners) listener();
  }

  function count(): void {
    clearTimeout(counting);
    counting = undefined;
    counted += 1;
  }

  function ask(): void {
    if (frame !== undefined || listeners.size === 0) return;
    frame = requestAnimationFrame(work);
    timer = setTimeout(work, HIDDEN_MS);
  }

  function rest(): void {
    if (frame !== undefined) cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = undefined;
  }

  function work(): void {
    rest();
    const batch = queue.slice(0, LINES_A_FRAME);
    queue = queue.slice(LINES_A_FRAME);
    if (batch.length > 0) view.add(store.add(batch));
    const wasComplete = view.isComplete;
    const end = performance.now() + FILTER_MS;
    view.work(() => performance.now() > end);
    if (!wasComplete && view.isComplete) count();
    counting ??= setTimeout(() => {
      count();
      draw();
    }, COUNTED_EVERY_MS);
    draw();
    if (queue.length > 0 || !view.isComplete) ask();
  }

  return {
    store,
    view,
    get healthy() {
      return [...healthy.values()];
    },
    get sources() {
      return sources;
    },
    get isCaughtUp() {
      return isCaughtUp;
    },
    get isBusy() {
      return queue.length > 0;
    },
    get isSampled() {
      return isSampled;
    },
    get lagMs() {
      return lagMs;
    },
    get counted() {
      return counted;
    },
    take(event) {
      if (event.kind === 'sources') {
        if (sources !== undefined) noteHealthy(healthy, sources, event, store.entries.at(-1)?.time ?? 0);
        sources = event;
      } else if (event.kind === 'caught-up') {
        isCaughtUp = true;
      } else {
        for (const line of event.lines) queue.push(line);
        isSampled = event.sampled === true;
        if (isCaughtUp) lagMs = lagOf(event.lines) ?? lagMs;
      }
      ask();
    },
    apply(matches) {
      view.apply(matches);
      ask();
    },
    listen(listener) {
      listeners.add(listener);
      ask();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        rest();
        clearTimeout(counting);
        counting = undefined;
      };
    },
  };
}

/** Clocks differ: a line from the future is not behind. */
function lagOf(lines: readonly ServiceLogLine[]): number | undefined {
  const newest = lines.reduce(
    (most, { at }) => (at === undefined ? most : Math.max(most, Date.parse(at))),
    0,
  );
  return newest === 0 ? undefined : Math.max(0, Date.now() - newest);
}

/** ECS does not say when a task became healthy: only what is seen here has a time. */
function noteHealthy(
  healthy: Map<string, SeenHealthy>,
  before: Sources,
  after: Sources,
  newestLine: number,
): void {
  const were = new Set(before.sources.flatMap(({ taskId, state }) => (state === 'healthy' ? [taskId] : [])));
  const known = new Set(
    before.sources.flatMap(({ revision, state }) => (state === 'healthy' ? [revision] : [])),
  );
  for (const { taskId, revision, state } of after.sources) {
    if (state !== 'healthy' || were.has(taskId) || known.has(revision) || healthy.has(revision)) continue;
    healthy.set(revision, { revision, taskId, time: Math.max(Date.now(), newestLine) });
  }
}
