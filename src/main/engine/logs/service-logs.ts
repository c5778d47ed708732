import { setTimeout as wait } from 'node:timers/promises';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type ContainerDefinition, DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { ServiceLogLine, ServiceLogSource } from '../../../shared/model/log.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Task } from '../../../shared/model/task.ts';
import type { Aws } from '../aws/aws.ts';
import { logStreamConsoleUrl } from '../catalog/console-urls.ts';
import { readServiceTasks } from '../catalog/tasks.ts';
import type { Handlers } from '../ports/handlers.ts';
import { contentKey, createLineMaker, type LineOrigin, type LogEvent } from './log-line.ts';
import { type LogSource, logSourceOf } from './log-source.ts';

/** A stopped task can still have lines on their way for this many polls. */
const POLLS_AFTER_STOP = 10;

/** What one container of one task has written, as far as it was read. */
interface Tail {
  readonly taskId: string;
  readonly container: string;
  readonly revision: string;
  /** How often each text of the latest millisecond was there. */
  latest: { readonly at: number; readonly copies: Map<string, number> };
  readonly source: LogSource;
  /** Where the next read goes on; undefined before the first one. */
  token: string | undefined;
}

/** Where a tail is read. */
interface TailReading {
  readonly aws: Pick<Aws, 'logs'>;
  readonly scope: Scope;
  /** The time of the oldest line. */
  readonly since: string;
  readonly until?: string | undefined;
  readonly signal: AbortSignal;
  readonly makeLine: ReturnType<typeof createLineMaker>;
}

/** The lines that a container has written since the last call. None for one that has written nothing yet. */
async function readTail(reading: TailReading, tail: Tail): Promise<readonly ServiceLogLine[]> {
  try {
    return await readToEnd(reading, tail);
  } catch (error) {
    // The driver creates the stream with the first line.
    if (error instanceof SlipwayError && error.code === 'NOT_FOUND') return [];
    throw error;
  }
}

async function readToEnd(reading: TailReading, tail: Tail): Promise<readonly ServiceLogLine[]> {
  const { aws, scope, since, until, signal } = reading;
  const { logGroup, logStream, region = scope.region } = tail.source;
  const logs = aws.logs({ account: scope.account, region }, 'visible');
  const lines: ServiceLogLine[] = [];
  for (;;) {
    const { events = [], nextForwardToken } = await logs.send(
      new GetLogEventsCommand({
        logGroupName: logGroup,
        logStreamName: logStream,
        startTime: Date.parse(since),
        ...(until === undefined ? {} : { endTime: Date.parse(until) }),
        startFromHead: true,
        ...(tail.token === undefined ? {} : { nextToken: tail.token }),
      }),
      { abortSignal: signal },
    );
    lines.push(...events.map((event) => lineOf(reading, tail, event)));
    // The same token comes back at the end of a stream.
    const isEnd = nextForwardToken === undefined || nextForwardToken === tail.token;
    tail.token = nextForwardToken ?? tail.token;
    if (isEnd) return lines;
  }
}

/** The method services.logs. `pollMs`: how often new lines are asked for. */
export function createLogHandlers(aws: Aws, pollMs: number): Pick<Handlers, 'services.logs'> {
  return {
    'services.logs': async (
      { since, until, filter, container, task, follow = false, ...ref },
      { signal, emit },
    ) => {
      let told = '';
      const tails = createTails(
        aws,
        ref,
        (sources, notRead) => {
          const event = { kind: 'sources', sources, notRead, via: 'polls' } as const;
          const text = JSON.stringify(event);
          if (text !== told) emit({ ...event, sources: [...sources], notRead: [...notRead] });
          told = text;
        },
        { since, until, container, task, signal },
      );
      let count = 0;
      for (let reads = 1; ; reads += 1) {
        const read = await tails.readNew();
        const lines = read.filter(({ text }) => filter === undefined || text.includes(filter));
        count += lines.length;
        if (lines.length > 0) emit({ kind: 'lines', lines });
        if (reads === 1) emit({ kind: 'caught-up' });
        if (!follow) return { count, notRead: tails.notRead() };
        await pause(pollMs, signal);
      }
    },
  };
}

/** What the containers of one task write. */
export interface TaskLog {
  /** Whether there is a container whose lines can be read. */
  readonly hasSource: () => boolean;
  /** The lines since the last call, oldest first. */
  readonly readNew: () => Promise<readonly ServiceLogLine[]>;
  /** Nothing is read any more. */
  readonly close: () => void;
}

interface LoggedTask {
  readonly taskId: string;
  readonly revision: string;
  /** The containers of its revision. */
  readonly definitions: readonly ContainerDefinition[];
  readonly signal: AbortSignal;
}

/** Opens the log of one task: that of its containers with the log driver awslogs and a stream prefix. */
export function openTaskLog(
  aws: Pick<Aws, 'logs'>,
  scope: Scope,
  { taskId, revision, definitions, signal }: LoggedTask,
): TaskLog {
  let tails: readonly Tail[] = definitions.flatMap((definition) => {
    const { name = '' } = definition;
    const source = logSourceOf(definition, taskId);
    return source === undefined ? [] : [newTail({ taskId, container: name, revision }, source)];
  });
  // A stream has the lines of one task only, so all of them are wanted.
  const reading: TailReading = {
    aws,
    scope,
    since: new Date(0).toISOString(),
    signal,
    makeLine: createLineMaker(),
  };
  return {
    hasSource: () => tails.length > 0,
    readNew: async () => oldestFirst(await Promise.all(tails.map((tail) => readTail(reading, tail)))),
    close() {
      tails = [];
    },
  };
}

function newTail(origin: LineOrigin, source: LogSource): Tail {
  return { ...origin, source, token: undefined, latest: { at: -1, copies: new Map() } };
}

function oldestFirst(lines: readonly (readonly ServiceLogLine[])[]): readonly ServiceLogLine[] {
  return lines.flat().toSorted((one, other) => (one.at ?? '').localeCompare(other.at ?? ''));
}

interface ServiceTail extends Tail {
  task: Task;
  pollsAfterStop: number;
}

interface TailOptions {
  readonly since: string;
  readonly until: string | undefined;
  readonly container: string | undefined;
  readonly task: string | undefined;
  readonly signal: AbortSignal;
}

/** The logs of all containers of a service, each read from where the read before has ended. */
function createTails(
  aws: Aws,
  ref: ServiceRef,
  onSources: (sources: readonly ServiceLogSource[], notRead: readonly string[]) => void,
  { since, until, container: only, task: onlyTask, signal }: TailOptions,
) {
  const definitions = new Map<string, Promise<readonly ContainerDefinition[]>>();
  const tails = new Map<string, ServiceTail>();
  const reading: TailReading = { aws, scope: ref, since, until, signal, makeLine: createLineMaker() };
  const notRead = new Set<string>();

  function containersOf(arn: string): Promise<readonly ContainerDefinition[]> {
    const known = definitions.get(arn);
    if (known !== undefined) return known;
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: arn });
    const reading = aws
      .ecs(ref, 'visible')
      .send(command, { abortSignal: signal })
      .then(({ taskDefinition }) => taskDefinition?.containerDefinitions ?? []);
    definitions.set(arn, reading);
    return reading;
  }

  async function addTails(task: Task): Promise<void> {
    const { id, taskDefinitionArn, revision } = task;
    for (const definition of await containersOf(taskDefinitionArn)) {
      const { name = '', logConfiguration } = definition;
      if (only !== undefined && name !== only) continue;
      const source = logSourceOf(definition, id);
      if (source === undefined) {
        const driver = logConfiguration?.logDriver ?? 'none';
        notRead.add(
          `${name} of ${revision} has no log that Slipway can read: awslogs with a stream prefix is needed, and its log driver is ${driver}.`,
        );
        continue;
      }
      const key = `${id} ${name}`;
      const known = tails.get(key);
      if (known !== undefined) known.task = task;
      else {
        const tail = newTail({ taskId: id, container: name, revision }, source);
        tails.set(key, { ...tail, task, pollsAfterStop: 0 });
      }
    }
  }

  function sourceOf({ taskId, container, revision, source, task }: ServiceTail): ServiceLogSource {
    const { logGroup, logStream, region = ref.region } = source;
    const consoleUrl = logStreamConsoleUrl(region, logGroup, logStream);
    return {
      taskId,
      container,
      revision,
      logGroup,
      logStream,
      state: task.state,
      ...(task.startedAt === undefined ? {} : { startedAt: task.startedAt }),
      ...(task.stoppedAt === undefined ? {} : { stoppedAt: task.stoppedAt }),
      ...(consoleUrl === undefined ? {} : { consoleUrl }),
    };
  }

  return {
    notRead: (): string[] => [...notRead],
    /** The lines that were written since the last call, oldest first. Throws NOT_FOUND without such a container. */
    async readNew(): Promise<readonly ServiceLogLine[]> {
      const all = await readServiceTasks({ ecs: aws.ecs(ref, 'visible'), signal }, ref);
      const tasks = all.filter(({ id }) => onlyTask === undefined || id === onlyTask);
      if (tasks.length === 0 && onlyTask !== undefined && tails.size === 0) {
        throw new SlipwayError(
          'NOT_FOUND',
          `${ref.service} has no task ${onlyTask}. Tasks that stopped over an hour ago are not listed.`,
        );
      }
      for (const task of tasks) await addTails(task);
      onSources([...tails.values()].map(sourceOf), [...notRead]);
      if (only !== undefined && tasks.length > 0 && tails.size === 0 && notRead.size === 0) {
        throw new SlipwayError('NOT_FOUND', `The tasks of ${ref.service} have no container ${only}.`);
      }
      const running = new Set(tasks.filter(({ state }) => state !== 'stopped').map(({ id }) => id));
      const wanted = [...tails.values()].filter((tail) => {
        if (running.has(tail.taskId)) return true;
        tail.pollsAfterStop += 1;
        return tail.pollsAfterStop <= POLLS_AFTER_STOP;
      });
      return oldestFirst(await Promise.all(wanted.map((tail) => readTail(reading, tail))));
    },
  };
}

function lineOf({ makeLine }: TailReading, tail: Tail, event: LogEvent): ServiceLogLine {
  const key = contentKey(tail, event);
  const at = event.timestamp ?? 0;
  if (tail.latest.at !== at) tail.latest = { at, copies: new Map() };
  const copy = tail.latest.copies.get(key) ?? 0;
  tail.latest.copies.set(key, copy + 1);
  return makeLine(tail, event, `${key}/${copy}`);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch {
    throw cancelled('services.logs');
  }
}
