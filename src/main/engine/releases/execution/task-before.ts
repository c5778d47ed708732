import {
  type ContainerDefinition,
  DescribeTasksCommand,
  type ECSClient,
  RunTaskCommand,
  type RunTaskRequest,
  type Service,
  type Task,
} from '@aws-sdk/client-ecs';
import { cancelled, SlipwayError } from '../../../../shared/errors.ts';
import type { ReleaseStep } from '../../../../shared/model/plan.ts';
import { lastPartOf, revisionNameOf } from '../../aws/arns.ts';
import { NEVER_ABORTED, retryIdempotent, waitUnlessCancelled, withRetry } from '../../aws/retry.ts';
import { taskSetsOf } from '../../ecs/service-task-sets.ts';
import type { UpdateAction } from '../model/stored-plan.ts';
import { type Execution, sendStep } from './execution.ts';
import { readUnchangedService } from './stale-plan.ts';

/** Begins the result of a step whose task may still be running, so that a resume waits for that task and starts no other one. */
export const STOPPED_WAITING = 'Slipway stopped waiting for this task';

type TaskBefore = NonNullable<UpdateAction['before']>;

/**
 * Runs the task of a plan to its end before the service is changed, and returns once its container has exited with code 0. The
 * step of the journal lasts as long as the task. When the release is resumed, a task that has succeeded is not run again, one that
 * Slipway stopped waiting for is waited for, and one that has failed is run again. Throws TASK_FAILED.
 */
export async function runTaskBefore(
  execution: Execution,
  action: UpdateAction,
  registered: string | undefined,
): Promise<void> {
  const { before } = action;
  if (before === undefined) return;
  const { dependencies, entry, plan, signal, ecs } = execution;
  const earlier = (dependencies.journal.entries.find(entry)?.steps ?? []).filter(
    ({ operation }) => operation === 'RunTask',
  );
  if (earlier.some(({ state }) => state === 'done')) return;
  const service = await withRetry(signal, () => readUnchangedService(ecs, plan, signal));
  if (signal.aborted) throw cancelled(`“${plan.title}”`);
  const input: RunTaskRequest = {
    cluster: plan.service.cluster,
    taskDefinition: registered ?? action.taskDefinition ?? plan.base.taskDefinitionArn,
    ...whereTasksRun(service),
    overrides: { containerOverrides: [{ name: before.container, command: [...before.command] }] },
    startedBy: entry,
    // The same for a task whose answer or end was missed: ECS returns that task then and starts no other one.
    clientToken: `${entry}-${earlier.filter(hasFailed).length}`,
  };
  await sendStep(
    execution,
    'RunTask',
    () => runToEnd(execution, before, input),
    (task) => `${lastPartOf(task.taskArn ?? '')} exited with code 0`,
  );
}

function hasFailed({ state, result }: ReleaseStep): boolean {
  return state === 'failed' && result?.startsWith(STOPPED_WAITING) !== true;
}

/** Network and capacity of the service's own tasks; of its primary task set, where another than ECS deploys it. */
export function whereTasksRun(service: Service): Partial<RunTaskRequest> {
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
  };
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

/** Starts one task. A request whose answer was lost is sent again with its client token. Throws TASK_FAILED with the reason of ECS. */
export async function startTask(
  ecs: ECSClient,
  input: RunTaskRequest,
): Promise<Task & { readonly taskArn: string }> {
  const { tasks, failures } = await retryIdempotent(() => ecs.send(new RunTaskCommand(input)));
  const [task] = tasks ?? [];
  if (task?.taskArn !== undefined) return { ...task, taskArn: task.taskArn };
  const revision = revisionNameOf(input.taskDefinition ?? '');
  const reason = failures?.[0]?.reason ?? 'no reason given';
  throw new SlipwayError('TASK_FAILED', `ECS did not start the task of ${revision}: ${reason}.`);
}

async function runToEnd(execution: Execution, before: TaskBefore, input: RunTaskRequest): Promise<Task> {
  const { ecs, plan, entry, signal, dependencies } = execution;
  const task = await startTask(ecs, input).catch((error: unknown) => {
    const isRefused = error instanceof SlipwayError && error.code === 'TASK_FAILED';
    throw isRefused ? failed(error.message) : error;
  });
  const id = lastPartOf(task.taskArn);
  const describe = new DescribeTasksCommand({ cluster: plan.service.cluster, tasks: [task.taskArn] });
  for (let now: Task = task; ; ) {
    if (now.lastStatus === 'STOPPED') {
      requireSuccess(now, before, input);
      return now;
    }
    // A migration may last longer than the lock of this machine.
    dependencies.journal.holds.take(plan.service, entry);
    await waitUnlessCancelled(dependencies.pollIntervalMs, signal, 'The release').catch(() => {
      throw new SlipwayError(
        'CANCELLED',
        `${STOPPED_WAITING}: ${id} is still running, and the service was not changed.`,
      );
    });
    const described = await withRetry(NEVER_ABORTED, () => ecs.send(describe));
    now = described.tasks?.[0] ?? unknownTask(id);
  }
}

function unknownTask(id: string): never {
  throw failed(`ECS no longer has the task ${id}, so Slipway can't read its exit code.`);
}

function requireSuccess(
  { taskArn = '', containers = [], stoppedReason }: Task,
  { container: name }: TaskBefore,
  { taskDefinition = '' }: RunTaskRequest,
): void {
  const container = containers.find((each) => each.name === name);
  if (container?.exitCode === 0) return;
  const what = `The task ${lastPartOf(taskArn)} of ${revisionNameOf(taskDefinition)}`;
  const reason = container?.reason ?? stoppedReason;
  const why = reason === undefined ? '' : ` (${reason})`;
  throw failed(
    container?.exitCode === undefined
      ? `${what} ended before its container ${name} had an exit code${why}.`
      : `${what} failed: ${name} exited with code ${container.exitCode}${why}.`,
  );
}

function failed(sentence: string): SlipwayError {
  return new SlipwayError('TASK_FAILED', `${sentence} The service was not changed.`);
}
