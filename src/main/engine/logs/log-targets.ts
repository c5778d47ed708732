import { type ContainerDefinition, DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import type { ServiceLogSource } from '../../../shared/model/log.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Task } from '../../../shared/model/task.ts';
import type { Aws } from '../aws/aws.ts';
import { logStreamConsoleUrl } from '../catalog/console-urls.ts';
import { readServiceTasks } from '../catalog/tasks.ts';
import { logSourceOf, unreadLogSentence } from './log-source.ts';

/** A log stream of a task's container, and where it is read. */
export interface LogTarget extends ServiceLogSource {
  readonly region: string;
  /** Of the account that the task is of. */
  readonly logGroupArn: string;
  readonly prefix: string | undefined;
}

/** What of a service is wanted. */
export interface WantedLogs {
  readonly container: string | undefined;
  readonly task: string | undefined;
}

export interface LogTargets {
  readonly targets: readonly LogTarget[];
  /** Sentences. */
  readonly notRead: readonly string[];
}

/**
 * Reads which log streams the tasks of a service have: of running ones, and of those that stopped within about the last hour.
 * Each revision is described once.
 */
export function createTargetReader(
  aws: Pick<Aws, 'ecs'>,
  ref: ServiceRef,
  { container: only, task: onlyTask }: WantedLogs,
  signal: AbortSignal,
): () => Promise<LogTargets> {
  const definitions = new Map<string, Promise<readonly ContainerDefinition[]>>();
  const known = new Map<string, LogTarget>();

  function containersOf(taskDefinition: string): Promise<readonly ContainerDefinition[]> {
    const described = definitions.get(taskDefinition);
    if (described !== undefined) return described;
    const reading = aws
      .ecs(ref, 'visible')
      .send(new DescribeTaskDefinitionCommand({ taskDefinition }), { abortSignal: signal })
      .then((answer) => answer.taskDefinition?.containerDefinitions ?? []);
    definitions.set(taskDefinition, reading);
    // A failure is not kept.
    reading.catch(() => definitions.delete(taskDefinition));
    return reading;
  }

  async function readTask(task: Task, notRead: Set<string>): Promise<boolean> {
    let has = false;
    for (const definition of await containersOf(task.taskDefinitionArn)) {
      const { name = '' } = definition;
      if (only !== undefined && name !== only) continue;
      has = true;
      const target = targetOf(ref, task, definition);
      if (target === undefined) notRead.add(unreadLogSentence(definition, task.revision));
      else known.set(`${task.id}/${name}`, target);
    }
    return has;
  }

  return async () => {
    const all = await readServiceTasks({ ecs: aws.ecs(ref, 'visible'), signal }, ref);
    const tasks = all.filter(({ id }) => onlyTask === undefined || id === onlyTask);
    if (onlyTask !== undefined && tasks.length === 0 && known.size === 0) {
      throw new SlipwayError(
        'NOT_FOUND',
        `${ref.service} has no task ${onlyTask}. ECS lists tasks for about an hour after they have stopped.`,
      );
    }
    const notRead = new Set<string>();
    const has = await Promise.all(tasks.map((task) => readTask(task, notRead)));
    if (only !== undefined && tasks.length > 0 && !has.includes(true)) {
      throw new SlipwayError('NOT_FOUND', `The tasks of ${ref.service} have no container ${only}.`);
    }
    const listed = new Set(tasks.map(({ id }) => id));
    for (const [key, { taskId }] of known) if (!listed.has(taskId)) known.delete(key);
    return { targets: [...known.values()], notRead: [...notRead] };
  };
}

function targetOf(ref: ServiceRef, task: Task, definition: ContainerDefinition): LogTarget | undefined {
  const { name: container = '' } = definition;
  const runtimeId = task.containers.find(({ name }) => name === container)?.runtimeId;
  const source = logSourceOf(definition, { id: task.id, cluster: ref.cluster, runtimeId });
  if (source === undefined) return undefined;
  const { logGroup, logStream, region = ref.region, prefix } = source;
  const [, partition = '', , , account = ''] = task.arn.split(':');
  const consoleUrl = logStreamConsoleUrl(region, logGroup, logStream);
  return {
    taskId: task.id,
    container,
    revision: task.revision,
    logGroup,
    logStream,
    region,
    logGroupArn: `arn:${partition}:logs:${region}:${account}:log-group:${logGroup}`,
    prefix,
    state: task.state,
    ...(task.startedAt === undefined ? {} : { startedAt: task.startedAt }),
    ...(task.stoppedAt === undefined ? {} : { stoppedAt: task.stoppedAt }),
    ...(consoleUrl === undefined ? {} : { consoleUrl }),
  };
}

/** The targets in one log group. */
export interface TargetGroup {
  readonly region: string;
  readonly logGroup: string;
  readonly logGroupArn: string;
  /** By the name of the stream; several containers may write into one. */
  readonly streams: ReadonlyMap<string, readonly LogTarget[]>;
}

export function byLogGroup(targets: readonly LogTarget[]): readonly TargetGroup[] {
  const groups = Map.groupBy(targets, ({ region, logGroup }) => `${region} ${logGroup}`);
  return [...groups.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const { region, logGroup, logGroupArn } = first;
    return [{ region, logGroup, logGroupArn, streams: Map.groupBy(own, ({ logStream }) => logStream) }];
  });
}
