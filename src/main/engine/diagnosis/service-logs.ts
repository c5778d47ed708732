import { setTimeout as wait } from 'node:timers/promises';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type ContainerDefinition, DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
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
  pollsAfterStop: number;
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

interface TailOptions {
  readonly since: string;
  readonly container: string | undefined;
  readonly signal: AbortSignal;
}

/** The logs of all containers of a service, each read from where the read before has ended. */
function createTails(aws: Aws, ref: ServiceRef, { since, container: only, signal }: TailOptions) {
  const definitions = new Map<string, Promise<readonly ContainerDefinition[]>>();
  const tails = new Map<string, Tail>();
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

  async function readTail(tail: Tail): Promise<readonly ServiceLogLine[]> {
    const { logGroup, logStream, region = ref.region } = tail.source;
    const logs = aws.logs({ account: ref.account, region }, 'visible');
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

  /** A container that has written nothing yet has no stream. */
  async function readTailIfThere(tail: Tail): Promise<readonly ServiceLogLine[]> {
    try {
      return await readTail(tail);
    } catch (error) {
      if (error instanceof SlipwayError && error.code === 'NOT_FOUND') return [];
      throw error;
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
      const lines = (await Promise.all(wanted.map(readTailIfThere))).flat();
      return lines.toSorted((one, other) => (one.at ?? '').localeCompare(other.at ?? ''));
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
