import { setTimeout as wait } from 'node:timers/promises';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type ContainerDefinition, DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { ServiceLogLine, Task } from '../../../shared/model/task.ts';
import type { Aws } from '../aws/aws.ts';
import { readServiceTasks } from '../catalog/tasks.ts';
import type { Handlers } from '../ports/handlers.ts';
import { type LogSource, logSourceOf } from './log-source.ts';

/** A stopped task can still have lines on their way for this many polls. */
const POLLS_AFTER_STOP = 10;

/** What one container of one task has written, as far as it was read. */
interface Tail {
  readonly taskId: string;
  readonly container: string;
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
  readonly signal: AbortSignal;
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

async function readToEnd(
  { aws, scope, since, signal }: TailReading,
  tail: Tail,
): Promise<readonly ServiceLogLine[]> {
  const { logGroup, logStream, region = scope.region } = tail.source;
  const logs = aws.logs({ account: scope.account, region }, 'visible');
  const lines: ServiceLogLine[] = [];
  for (;;) {
    const { events = [], nextForwardToken } = await logs.send(
      new GetLogEventsCommand({
        logGroupName: logGroup,
        logStreamName: logStream,
        startTime: Date.parse(since),
        startFromHead: true,
        ...(tail.token === undefined ? {} : { nextToken: tail.token }),
      }),
      { abortSignal: signal },
    );
    lines.push(...events.map(({ timestamp, message = '' }) => lineOf(tail, timestamp, message)));
    // The same token comes back at the end of a stream.
    const isEnd = nextForwardToken === undefined || nextForwardToken === tail.token;
    tail.token = nextForwardToken ?? tail.token;
    if (isEnd) return lines;
  }
}

/** The method services.logs. `pollMs`: how often new lines are asked for. */
export function createLogHandlers(aws: Aws, pollMs: number): Pick<Handlers, 'services.logs'> {
  return {
    'services.logs': async ({ since, filter, container, follow = false, ...ref }, { signal, emit }) => {
      const tails = createTails(aws, ref, { since, container, signal });
      let count = 0;
      for (;;) {
        const read = await tails.readNew();
        const lines = read.filter(({ text }) => filter === undefined || text.includes(filter));
        count += lines.length;
        if (lines.length > 0) emit({ lines });
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
  /** The containers of its revision. */
  readonly definitions: readonly ContainerDefinition[];
  readonly signal: AbortSignal;
}

/** Opens the log of one task: that of its containers with the log driver awslogs and a stream prefix. */
export function openTaskLog(
  aws: Pick<Aws, 'logs'>,
  scope: Scope,
  { taskId, definitions, signal }: LoggedTask,
): TaskLog {
  let tails: readonly Tail[] = definitions.flatMap((definition) => {
    const { name = '' } = definition;
    const source = logSourceOf(definition, taskId);
    return source === undefined ? [] : [{ taskId, container: name, source, token: undefined }];
  });
  // A stream has the lines of one task only, so all of them are wanted.
  const reading: TailReading = { aws, scope, since: new Date(0).toISOString(), signal };
  return {
    hasSource: () => tails.length > 0,
    readNew: async () => oldestFirst(await Promise.all(tails.map((tail) => readTail(reading, tail)))),
    close() {
      tails = [];
    },
  };
}

function oldestFirst(lines: readonly (readonly ServiceLogLine[])[]): readonly ServiceLogLine[] {
  return lines.flat().toSorted((one, other) => (one.at ?? '').localeCompare(other.at ?? ''));
}

interface ServiceTail extends Tail {
  pollsAfterStop: number;
}

interface TailOptions {
  readonly since: string;
  readonly container: string | undefined;
  readonly signal: AbortSignal;
}

/** The logs of all containers of a service, each read from where the read before has ended. */
function createTails(aws: Aws, ref: ServiceRef, { since, container: only, signal }: TailOptions) {
  const definitions = new Map<string, Promise<readonly ContainerDefinition[]>>();
  const tails = new Map<string, ServiceTail>();
  const reading: TailReading = { aws, scope: ref, since, signal };
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

  async function addTails({ id, taskDefinitionArn, revision }: Task): Promise<void> {
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
      if (tails.has(key)) continue;
      tails.set(key, { taskId: id, container: name, source, token: undefined, pollsAfterStop: 0 });
    }
  }

  return {
    notRead: (): string[] => [...notRead],
    /** The lines that were written since the last call, oldest first. Throws NOT_FOUND without such a container. */
    async readNew(): Promise<readonly ServiceLogLine[]> {
      const tasks = await readServiceTasks({ ecs: aws.ecs(ref, 'visible'), signal }, ref);
      for (const task of tasks) await addTails(task);
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

function lineOf({ taskId, container }: Tail, timestamp: number | undefined, message: string): ServiceLogLine {
  return {
    taskId,
    container,
    text: message.trimEnd(),
    ...(timestamp === undefined ? {} : { at: new Date(timestamp).toISOString() }),
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch {
    throw cancelled('services.logs');
  }
}
