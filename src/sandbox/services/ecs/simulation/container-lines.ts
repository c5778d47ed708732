import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { type EcsContext, secondsAfter } from './context.ts';
import { pinnedReference } from './image-resolution.ts';
import { type RequestLoad, requestLoadOf } from './request-load.ts';
import type { TaskRecord } from './state.ts';
import { logTarget } from './task-logs.ts';

/** What a running container writes about the requests that it serves. Times are milliseconds since 1970 on the wall. */
export interface ContainerWriter {
  readonly stream: string;
  readonly from: number;
  readonly until: number;
  readonly linesBetween: (from: number, until: number) => Iterable<ContainerLine>;
}

interface ContainerLine {
  readonly timestamp: number;
  readonly message: string;
}

/** A container that starts has something else to say first. */
const QUIET_SECONDS = 15;
/** Tasks are looked through for the writers of groups once in this time. */
const LOOKED_UP_FOR_MS = 1_000;
const SECOND_MS = 1_000;

/** Says who writes into a log group: the containers of tasks that run, and of those that ended a while ago. */
export function createContainerWriters(
  context: EcsContext,
): (logGroup: string) => readonly ContainerWriter[] {
  let known = { at: Number.NEGATIVE_INFINITY, byGroup: new Map<string, ContainerWriter[]>() };
  return (logGroup) => {
    const at = performance.now();
    if (at - known.at > LOOKED_UP_FOR_MS) known = { at, byGroup: writersByGroup(context) };
    return known.byGroup.get(logGroup) ?? [];
  };
}

function writersByGroup(context: EcsContext): Map<string, ContainerWriter[]> {
  const byGroup = new Map<string, ContainerWriter[]>();
  for (const record of context.state.tasks.all()) {
    const { task } = record;
    if (task.startedAt === undefined) continue;
    const definition = context.state.taskDefinitions.get(task.taskDefinitionArn)?.definition;
    for (const container of definition?.containerDefinitions ?? []) {
      const target = logTarget(container, task);
      const load = target && loadOf(context, record, container);
      if (target === undefined || load === undefined) continue;
      const seed = hashOf(target.stream);
      const style = STYLES[hashOf(`${definition?.family}/${container.name}`) % STYLES.length] ?? plainStyle;
      const writers = byGroup.get(target.group) ?? [];
      byGroup.set(target.group, writers);
      writers.push({
        stream: target.stream,
        ...runningTime(context, record, task.startedAt),
        linesBetween: (from, until) => linesBetween({ seed, style, load }, from, until),
      });
    }
  }
  return byGroup;
}

function loadOf(
  { resolveImage }: EcsContext,
  { task }: TaskRecord,
  container: ContainerDefinition,
): RequestLoad | undefined {
  const digest = task.containers.find(({ name }) => name === container.name)?.imageDigest;
  // A tag says more of an image than its digest does.
  const image = resolveImage(container.image ?? '') ?? resolveImage(pinnedReference(container, digest));
  return image === undefined ? undefined : requestLoadOf(image);
}

function runningTime(
  { clock }: EcsContext,
  { task }: TaskRecord,
  startedAt: Date,
): Pick<ContainerWriter, 'from' | 'until'> {
  const end = task.stoppingAt ?? task.stoppedAt;
  return {
    from: clock.toWallTime(secondsAfter(startedAt, QUIET_SECONDS)).getTime(),
    until: end === undefined ? Number.POSITIVE_INFINITY : clock.toWallTime(end).getTime(),
  };
}

interface Traffic {
  readonly seed: number;
  readonly style: Style;
  readonly load: RequestLoad;
}

/** A line for every request that failed, one a second for those that did not, and a warning now and then. */
function* linesBetween({ seed, style, load }: Traffic, from: number, until: number): Iterable<ContainerLine> {
  const { requestsPerSecond, errorShare, latencyMs } = load;
  for (let second = Math.floor(from / SECOND_MS); second * SECOND_MS < until; second += 1) {
    const lines: ContainerLine[] = [];
    const add = (at: number, messages: readonly string[]): void => {
      const timestamp = second * SECOND_MS + Math.floor(at * SECOND_MS);
      for (const message of messages) lines.push({ timestamp, message });
    };
    for (let request = 0; request < requestsPerSecond; request += 1) {
      const chance = randomOf(seed, second, request);
      const isError = chance < errorShare;
      if (!isError && request > 0) continue;
      const at = randomOf(seed, second, request + 1000);
      const trace = Math.floor(randomOf(seed, second, request + 2000) * 2 ** 32)
        .toString(16)
        .padStart(8, '0');
      const path = PATHS[Math.floor(randomOf(seed, second, request + 3000) * PATHS.length)] ?? '/';
      const ms = Math.round(latencyMs * (0.5 + randomOf(seed, second, request + 4000)));
      add(at, isError ? style.failed({ path, ms, trace }) : [style.served({ path, ms, trace })]);
    }
    if (randomOf(seed, second, 5000) < WARNING_SHARE) {
      add(randomOf(seed, second, 6000), [style.slow(800 + Math.floor(randomOf(seed, second, 7000) * 900))]);
    }
    yield* lines
      .filter(({ timestamp }) => timestamp >= from && timestamp < until)
      .toSorted((one, other) => one.timestamp - other.timestamp);
  }
}

const WARNING_SHARE = 0.02;
const PATHS = [
  '/',
  '/products/4711',
  '/search?q=lamp',
  '/cart',
  '/checkout',
  '/api/orders/88213',
  '/healthz',
];

interface Request {
  readonly path: string;
  readonly ms: number;
  readonly trace: string;
}

/** How the containers of a family write. */
interface Style {
  readonly served: (request: Request) => string;
  readonly failed: (request: Request) => readonly string[];
  readonly slow: (ms: number) => string;
}

const CAUSE = 'upstream did not answer within 30 s';
const STACK = [
  '    at Upstream.send (/app/src/upstream.js:88:13)',
  '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
  '    at async handle (/app/src/server.js:41:20)',
];

const ESCAPE = '\u001b';

const plainStyle: Style = {
  served: ({ path, ms, trace }) => `INFO GET ${path} 200 ${ms}ms trace=${trace}`,
  failed: ({ path, ms, trace }) => [
    `${ESCAPE}[31mERROR${ESCAPE}[0m GET ${path} 502 ${ms}ms trace=${trace}`,
    `UpstreamError: ${CAUSE}`,
    ...STACK,
  ],
  slow: (ms) => `${ESCAPE}[33mWARN${ESCAPE}[0m slow query: ${ms} ms`,
};

const jsonStyle: Style = {
  served: ({ path, ms, trace }) =>
    JSON.stringify({ level: 30, msg: 'request completed', method: 'GET', path, status: 200, ms, trace }),
  failed: ({ path, ms, trace }) => [
    JSON.stringify({
      level: 50,
      msg: 'request failed',
      method: 'GET',
      path,
      status: 502,
      ms,
      trace,
      err: { type: 'UpstreamError', message: CAUSE, stack: [`UpstreamError: ${CAUSE}`, ...STACK].join('\n') },
    }),
  ],
  slow: (ms) => JSON.stringify({ level: 40, msg: 'slow query', ms }),
};

const logfmtStyle: Style = {
  served: ({ path, ms, trace }) =>
    `level=info msg="request completed" method=GET path=${path} status=200 ms=${ms} trace=${trace}`,
  failed: ({ path, ms, trace }) => [
    `level=error msg="request failed" method=GET path=${path} status=502 ms=${ms} trace=${trace} err="${CAUSE}"`,
  ],
  slow: (ms) => `level=warn msg="slow query" ms=${ms}`,
};

const STYLES: readonly Style[] = [plainStyle, jsonStyle, logfmtStyle];

/** FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}

/** From 0 to 1, and the same for the same numbers. */
function randomOf(seed: number, second: number, salt: number): number {
  let mixed = (seed ^ Math.imul(second, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97) >>> 0;
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}
