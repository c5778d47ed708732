import {
  type ContainerDefinition,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  type Task as EcsTask,
  RunTaskCommand,
  type RunTaskRequest,
  type Service,
  type ServiceVolumeConfiguration,
  type TaskVolumeConfiguration,
  type Volume,
} from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { LastLines } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import type { Task } from '../../../../shared/model/task.ts';
import type { TaskRun } from '../../../../shared/model/task-run.ts';
import { revisionNameOf } from '../../aws/arns.ts';
import type { Aws } from '../../aws/aws.ts';
import { NEVER_ABORTED, retryIdempotent } from '../../aws/retry.ts';
import { readLastLines } from '../../diagnosis/evidence-reader.ts';
import { taskSetsOf } from '../../ecs/service-task-sets.ts';
import { logSourceOf } from '../../logs/log-source.ts';

/**
 * Network and capacity of the service's own tasks; of its primary task set, where another than ECS deploys it. Of the
 * volumes of the revision, those that are configured at launch are made as for the service's own tasks.
 */
export function whereTasksRun(service: Service, volumes: readonly Volume[] = []): Partial<RunTaskRequest> {
  const set = taskSetsOf(service).find(({ status }) => status === 'PRIMARY');
  const { launchType, platformVersion, networkConfiguration, capacityProviderStrategy } = {
    launchType: service.launchType ?? set?.launchType,
    platformVersion: service.platformVersion ?? set?.platformVersion,
    networkConfiguration: service.networkConfiguration ?? set?.networkConfiguration,
    capacityProviderStrategy: service.capacityProviderStrategy ?? set?.capacityProviderStrategy,
  };
  const hasStrategy = (capacityProviderStrategy ?? []).length > 0;
  return {
    ...(hasStrategy ? { capacityProviderStrategy } : launchType === undefined ? {} : { launchType }),
    ...(platformVersion === undefined ? {} : { platformVersion }),
    ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
    ...volumesAtLaunch(service, volumes),
  };
}

/** ECS deletes such a volume when the task ends, unless it is told otherwise. */
function volumesAtLaunch(
  service: Service,
  volumes: readonly Volume[],
): Pick<RunTaskRequest, 'volumeConfigurations'> {
  const names = namesAtLaunch(volumes);
  const volumeConfigurations: TaskVolumeConfiguration[] = volumesOfService(service).filter(({ name = '' }) =>
    names.includes(name),
  );
  return volumeConfigurations.length === 0 ? {} : { volumeConfigurations };
}

/** How ECS makes the volumes of the service's own tasks. */
export function volumesOfService({ deployments = [] }: Service): readonly ServiceVolumeConfiguration[] {
  return deployments.find(({ status }) => status === 'PRIMARY')?.volumeConfigurations ?? [];
}

function namesAtLaunch(volumes: readonly Volume[]): readonly string[] {
  return volumes.flatMap(({ name, configuredAtLaunch }) =>
    configuredAtLaunch === true && name !== undefined ? [name] : [],
  );
}

/**
 * The volumes of a revision that ECS could not make for a task of this service. A volume that is configured at launch must
 * be named in RunTask, too.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html (name)
 */
export function volumesWithoutConfiguration(service: Service, volumes: readonly Volume[]): readonly string[] {
  const configured = volumesOfService(service).map(({ name }) => name);
  return namesAtLaunch(volumes).filter((name) => !configured.includes(name));
}

/** The container of a task whose exit code counts. Throws INVALID_INPUT for one that does not exist, and where several could be meant. */
export function containerOfTask(
  definitions: readonly ContainerDefinition[],
  named: string | undefined,
): string {
  const names = definitions.flatMap(({ name }) => name ?? []);
  const container = named ?? (names.length === 1 ? names[0] : undefined);
  if (container !== undefined && names.includes(container)) return container;
  const problem =
    container === undefined
      ? 'The revision has several containers, so the task needs the name of one.'
      : `The revision has no container ${container}.`;
  throw new SlipwayError('INVALID_INPUT', `${problem} Its containers: ${names.join(', ')}.`);
}

/** The command as it was typed: what a shell was given, or the words. Undefined for none. */
export function typedCommand(command: readonly string[] = []): string | undefined {
  const [shell, option, line] = command;
  if (command.length === 3 && shell === '/bin/sh' && option === '-c') return line;
  return command.length === 0 ? undefined : command.join(' ');
}

/** Starts one task. A request whose answer was lost is sent again with its client token. Throws TASK_FAILED with the reason of ECS. */
export async function startTask(
  ecs: ECSClient,
  input: RunTaskRequest,
): Promise<EcsTask & { readonly taskArn: string }> {
  const { tasks, failures } = await retryIdempotent(() => ecs.send(new RunTaskCommand(input)));
  const [task] = tasks ?? [];
  if (task?.taskArn !== undefined) return { ...task, taskArn: task.taskArn };
  const revision = revisionNameOf(input.taskDefinition ?? '');
  const reason = failures?.[0]?.reason ?? 'no reason given';
  throw new SlipwayError('TASK_FAILED', `ECS did not start the task of ${revision}: ${reason}.`);
}

/** How a task ended: by the exit code of the container that counts. */
export function endOfTask(
  { id, containers, stoppedReason, startedAt, stoppedAt }: Task,
  name: string,
): Pick<TaskRun, 'exitCode' | 'sentence'> {
  const { exitCode, reason = stoppedReason } = containers.find((each) => each.name === name) ?? {};
  const because = reason === undefined ? '' : ` (${reason})`;
  if (exitCode === undefined) {
    return { sentence: `The task ${id} ended before its container ${name} had an exit code${because}.` };
  }
  const seconds =
    startedAt === undefined || stoppedAt === undefined
      ? ''
      : ` after ${Math.round((Date.parse(stoppedAt) - Date.parse(startedAt)) / 1000)} s`;
  const sentence = `The task ${id} ended: ${name} exited with code ${exitCode}${seconds}`;
  return { exitCode, sentence: `${sentence}${exitCode === 0 ? '' : because}.` };
}

/** The awslogs driver sends its last lines some seconds after the end. */
export const READS_AFTER_STOP = 3;

interface FailedTask {
  readonly aws: Pick<Aws, 'ecs' | 'logs'>;
  readonly ref: ServiceRef;
  readonly task: Pick<Task, 'id'>;
  readonly taskDefinition: string;
  /** The one whose exit code counts. */
  readonly container: string;
}

/** The last lines of a task that failed, for the journal. Undefined where there are none, or they can't be read. */
export async function lastLinesOfTask({
  aws,
  ref,
  task: { id },
  taskDefinition,
  container,
}: FailedTask): Promise<LastLines | undefined> {
  try {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition });
    const described = await aws.ecs(ref, 'visible').send(command);
    const definition = described.taskDefinition?.containerDefinitions?.find(({ name }) => name === container);
    const source = definition === undefined ? undefined : logSourceOf(definition, { id });
    if (source === undefined) return undefined;
    return await readLastLines(aws, ref, { container, taskId: id, source, signal: NEVER_ABORTED });
  } catch (error) {
    if (error instanceof SlipwayError) return undefined;
    throw error;
  }
}
