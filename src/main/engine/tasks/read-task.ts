import {
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type Task as EcsTask,
  GetTaskProtectionCommand,
} from '@aws-sdk/client-ecs';
import type { Output } from '../../../shared/contract.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import type { Task } from '../../../shared/model/task.ts';
import type { TaskDetail, TaskProtection, TaskRef } from '../../../shared/model/task-detail.ts';
import type { Aws } from '../aws/aws.ts';
import { ec2ConsoleUrl } from '../catalog/console-urls.ts';
import { concernsAll } from '../catalog/optional-reads.ts';
import { toTask } from '../catalog/tasks.ts';
import { readLastLines } from '../diagnosis/evidence-reader.ts';
import type { Journal } from '../journal/journal.ts';
import { logSourceOf, unreadLogSentence } from '../logs/log-source.ts';
import { groupRefusal, isMissingStream } from '../logs/refused-group.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { KeptTasks } from './kept-tasks.ts';
import {
  containerOf,
  deploymentOf,
  eventsOf,
  failureOfTask,
  keptDetail,
  networkOf,
  placeOf,
  timesOf,
} from './task-facts.ts';

export interface TaskReading {
  readonly aws: Pick<Aws, 'ecs' | 'logs'>;
  readonly kept: KeptTasks;
  readonly journal: Pick<Journal, 'entries'>;
}

const LONGEST_ID = 64;
/** A task can have ten containers: more logs than that are never read. */
const MOST_LOGS = 10;

/**
 * The id of a task of the cluster. Throws INVALID_INPUT for what is no id or ARN of a task, and NOT_FOUND for an ARN of
 * another cluster or region. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html#ecs-resource-ids
 */
export function taskIdIn({ task, cluster, region }: TaskRef): string {
  const [, , service, regionOfArn, , resource = ''] = task.split(':');
  const isArn = task.startsWith('arn:');
  const [kind, ...rest] = resource.split('/');
  const id = isArn ? (rest.at(-1) ?? '') : task;
  if (id.length > LONGEST_ID || !/^[\w-]+$/.test(id) || (isArn && (service !== 'ecs' || kind !== 'task'))) {
    throw new SlipwayError(
      'INVALID_INPUT',
      'This is not the id or the ARN of a task. Copy it from the list of tasks of a service.',
      { detail: { field: 'task' } },
    );
  }
  const other = rest.length > 1 && rest[0] !== cluster ? `the cluster ${rest[0]}` : undefined;
  const elsewhere = isArn && regionOfArn !== region ? `the region ${regionOfArn}` : other;
  if (elsewhere === undefined) return id;
  throw new SlipwayError('NOT_FOUND', `The task ${id} is in ${elsewhere}. Open it there.`);
}

/** A task as ECS describes it, with its tags; undefined once ECS has forgotten it (DescribeTasks). */
export async function describeTask(
  aws: Pick<Aws, 'ecs'>,
  ref: TaskRef,
  signal: AbortSignal,
): Promise<EcsTask | undefined> {
  const command = new DescribeTasksCommand({
    cluster: ref.cluster,
    tasks: [taskIdIn(ref)],
    include: ['TAGS'],
  });
  return (await aws.ecs(ref, 'visible').send(command, { abortSignal: signal })).tasks?.[0];
}

/** The error for a task that neither ECS nor Slipway has. */
export function noSuchTask(ref: TaskRef): SlipwayError {
  return new SlipwayError(
    'NOT_FOUND',
    `The cluster ${ref.cluster} has no task ${taskIdIn(ref)}. ECS forgets a task about an hour after it has stopped.`,
  );
}

/** The service that a task belongs to; undefined for a task that RunTask started. */
export function serviceOfTask({ group = '' }: EcsTask): string | undefined {
  return group.startsWith('service:') ? group.slice('service:'.length) : undefined;
}

/** The reads of the task page. */
export function createTaskReads(reading: TaskReading): Pick<Handlers, 'tasks.get' | 'tasks.lines'> {
  const { aws, kept } = reading;
  return {
    'tasks.get': async (ref, { signal }) => {
      const described = await describeTask(aws, ref, signal);
      if (described !== undefined) return readDetail(reading, ref, described, signal);
      const found = kept.find(ref, taskIdIn(ref));
      if (found === undefined) throw noSuchTask(ref);
      return keptDetail(found);
    },
    'tasks.lines': async (ref, { signal }) => {
      const described = await describeTask(aws, ref, signal);
      const task =
        described === undefined
          ? kept.find(ref, taskIdIn(ref))?.task
          : toTask(described, ref.region, ref.cluster);
      if (task === undefined) throw noSuchTask(ref);
      return readLines(reading, ref, task, signal);
    },
  };
}

/** Reads what a page can do without, and collects a sentence for each part that can't be read. */
function createGaps() {
  const notRead: string[] = [];
  return {
    notRead,
    orGap: async <T>(what: string, read: Promise<T>): Promise<T | undefined> => {
      try {
        return await read;
      } catch (error) {
        if (concernsAll(error)) throw error;
        const message = error instanceof SlipwayError ? error.message : '';
        notRead.push(`${what} could not be read. ${message}`.trim());
        return undefined;
      }
    },
  };
}

async function readDetail(
  { aws, kept, journal }: TaskReading,
  ref: TaskRef,
  described: EcsTask,
  signal: AbortSignal,
): Promise<TaskDetail> {
  const ecs = aws.ecs(ref, 'visible');
  const options = { abortSignal: signal };
  const { notRead, orGap } = createGaps();
  const task = toTask(described, ref.region, ref.cluster);
  const service = serviceOfTask(described);
  kept.keep(ref, service ?? '', [task]);
  const { containerInstanceArn, taskDefinitionArn: taskDefinition } = described;
  const isProtectable = service !== undefined && task.lastStatus === 'RUNNING';
  const [protection, instance, ofService, definition] = await Promise.all([
    isProtectable ? orGap('The protection of the task', readProtection(aws, ref, signal)) : undefined,
    containerInstanceArn === undefined
      ? undefined
      : orGap(
          'The container instance',
          ecs.send(
            new DescribeContainerInstancesCommand({
              cluster: ref.cluster,
              containerInstances: [containerInstanceArn],
            }),
            options,
          ),
        ),
    service === undefined
      ? undefined
      : orGap(
          'The events of the service',
          ecs.send(new DescribeServicesCommand({ cluster: ref.cluster, services: [service] }), options),
        ),
    orGap('The task definition', ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }), options)),
  ]);
  const entry = startedByEntry(journal, task);
  const ec2 = instance?.containerInstances?.[0]?.ec2InstanceId;
  return {
    task,
    ...placeOf(described),
    ...(service === undefined ? {} : { service }),
    ...(service === undefined && described.group !== undefined ? { group: described.group } : {}),
    ...deploymentOf(task, ofService?.services?.[0]),
    ...(entry === undefined ? {} : { startedByEntry: entry }),
    ...failureOfTask(task),
    hasExec: described.enableExecuteCommand === true,
    ...networkOf(described, ref.region),
    ...(containerInstanceArn === undefined
      ? {}
      : {
          instance: {
            arn: containerInstanceArn,
            ...(ec2 === undefined
              ? {}
              : { ec2, consoleUrl: ec2ConsoleUrl(ref.region, 'InstanceDetails:instanceId', ec2) }),
          },
        }),
    times: timesOf(described),
    containers: (described.containers ?? []).map((each) => containerOf(each, definition?.taskDefinition)),
    ...(protection === undefined ? {} : { protection }),
    tags: (described.tags ?? []).map(({ key = '', value = '' }) => ({ key, value })),
    events: eventsOf(task.id, ofService?.services?.[0]),
    notRead,
  };
}

/** Who ends the protection of a task, and when (GetTaskProtection). */
export async function readProtection(
  aws: Pick<Aws, 'ecs'>,
  ref: TaskRef,
  signal: AbortSignal,
): Promise<TaskProtection> {
  const command = new GetTaskProtectionCommand({ cluster: ref.cluster, tasks: [taskIdIn(ref)] });
  const { protectedTasks } = await aws.ecs(ref, 'visible').send(command, { abortSignal: signal });
  const { protectionEnabled = false, expirationDate } = protectedTasks?.[0] ?? {};
  return {
    isProtected: protectionEnabled,
    ...(expirationDate === undefined ? {} : { until: expirationDate.toISOString() }),
  };
}

async function readLines(
  { aws }: TaskReading,
  ref: TaskRef,
  { taskDefinitionArn: taskDefinition, revision, containers }: Task,
  signal: AbortSignal,
): Promise<Immutable<Output<'tasks.lines'>>> {
  const { notRead, orGap } = createGaps();
  const taskId = taskIdIn(ref);
  const command = new DescribeTaskDefinitionCommand({ taskDefinition });
  const answer = await orGap(
    'The task definition',
    aws.ecs(ref, 'visible').send(command, { abortSignal: signal }),
  );
  const definitions = answer?.taskDefinition?.containerDefinitions ?? [];
  const lines = await Promise.all(
    definitions.slice(0, MOST_LOGS).map(async (definition) => {
      const { name = '' } = definition;
      const runtimeId = containers.find((container) => container.name === name)?.runtimeId;
      const source = logSourceOf(definition, { id: taskId, cluster: ref.cluster, runtimeId });
      if (source === undefined) {
        notRead.push(unreadLogSentence(definition, revision));
        return undefined;
      }
      const { region = ref.region, logGroup } = source;
      const read = readLastLines(aws, ref, { container: name, taskId, source, signal });
      const unlessRefused = read.catch((error: unknown) => {
        // The driver creates the stream with the first line.
        if (isMissingStream(error)) return undefined;
        const sentence = groupRefusal({ region, logGroup }, error);
        if (sentence === undefined) throw error;
        if (!notRead.includes(sentence)) notRead.push(sentence);
        return undefined;
      });
      return orGap(`The log of ${name}`, unlessRefused);
    }),
  );
  return { containers: lines.filter((each) => each !== undefined), notRead };
}

function startedByEntry(
  { entries }: Pick<Journal, 'entries'>,
  { startedBy }: Task,
): TaskDetail['startedByEntry'] {
  const entry = startedBy === undefined ? undefined : entries.find(startedBy);
  return entry === undefined ? undefined : { id: entry.id, title: entry.title, service: entry.subject };
}
