import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type Task as EcsTask,
  type RunTaskRequest,
  type Service,
  type Volume,
} from '@aws-sdk/client-ecs';
import { cancelled, SlipwayError } from '../../../../shared/errors.ts';
import type { ReleaseStep } from '../../../../shared/model/plan.ts';
import { lastPartOf } from '../../aws/arns.ts';
import { NEVER_ABORTED, waitUnlessCancelled, withRetry } from '../../aws/retry.ts';
import { toTask } from '../../catalog/tasks.ts';
import type { UpdateAction } from '../model/stored-plan.ts';
import { type Execution, sendStep } from './execution.ts';
import {
  endOfTask,
  lastLinesOfTask,
  READS_AFTER_STOP,
  startTask,
  volumesOfService,
  whereTasksRun,
} from './one-off-task.ts';
import { readUnchangedService } from './stale-plan.ts';

/** Begins the result of a step whose task may still be running, so that a resume waits for that task and starts no other one. */
export const STOPPED_WAITING = 'Slipway stopped waiting for this task';

type TaskBefore = NonNullable<UpdateAction['before']>;

/**
 * Runs the task of a plan to its end before the service is changed, and returns once its container has exited with code 0. The
 * step of the journal lasts as long as the task. When the release is resumed, a task that has succeeded is not run again, one that
 * Slipway stopped waiting for is waited for, and one that has failed is run again. Throws TASK_FAILED,
 * whose detail has `taskArn`, `container`, `exitCode` and `lastLines`, each where it is known, and STALE_PLAN when the lock is lost
 * meanwhile.
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
  const taskDefinition = registered ?? action.taskDefinition ?? plan.base.taskDefinitionArn;
  const input: RunTaskRequest = {
    cluster: plan.service.cluster,
    taskDefinition,
    ...whereTasksRun(service, await volumesOf(execution, service, taskDefinition)),
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

/** Of a service that configures volumes at launch; of others nobody needs to know them. */
async function volumesOf(
  { ecs, signal }: Execution,
  service: Service,
  taskDefinition: string,
): Promise<readonly Volume[]> {
  if (volumesOfService(service).length === 0) return [];
  const command = new DescribeTaskDefinitionCommand({ taskDefinition });
  const described = await withRetry(signal, () => ecs.send(command, { abortSignal: signal }));
  return described.taskDefinition?.volumes ?? [];
}

function hasFailed({ state, result }: ReleaseStep): boolean {
  return state === 'failed' && result?.startsWith(STOPPED_WAITING) !== true;
}

async function runToEnd(execution: Execution, before: TaskBefore, input: RunTaskRequest): Promise<EcsTask> {
  const { ecs, plan, entry, dependencies } = execution;
  const task = await startTask(ecs, input).catch((error: unknown) => {
    const isRefused = error instanceof SlipwayError && error.code === 'TASK_FAILED';
    throw isRefused ? failed(error.message) : error;
  });
  const id = lastPartOf(task.taskArn);
  const describe = new DescribeTasksCommand({ cluster: plan.service.cluster, tasks: [task.taskArn] });
  let told: string | undefined;
  for (let now: EcsTask = task; ; ) {
    if (now.lastStatus === 'STOPPED') {
      await requireSuccess(execution, now, before, input);
      return now;
    }
    if (now.lastStatus !== told) tellStatus(execution, id, now.lastStatus);
    told = now.lastStatus;
    // A migration may last longer than the lock of this machine.
    dependencies.journal.holds.take(plan.service, entry);
    await waitForNextPoll(execution, id);
    const described = await withRetry(NEVER_ABORTED, () => ecs.send(describe)).catch((error: unknown) => {
      throw unreadable(error, id);
    });
    now = described.tasks?.[0] ?? unknownTask(id);
  }
}

/** Only for who watches: the journal has the request and its end. */
function tellStatus({ dependencies, onStep }: Execution, id: string, status = 'UNKNOWN'): void {
  const at = dependencies.clock.now().toISOString();
  onStep?.({ operation: 'RunTask', state: 'sent', at, result: `${id} is ${status}` });
}

/** Throws as soon as a person stops the release or its lock is lost. The task is left as it is. */
async function waitForNextPoll({ dependencies, signal, lock }: Execution, task: string): Promise<void> {
  const ends = lock === undefined ? signal : AbortSignal.any([signal, lock.loss]);
  try {
    await waitUnlessCancelled(dependencies.pollIntervalMs, ends, 'The release');
  } catch {
    const left = `${STOPPED_WAITING}: ${task} is still running`;
    if (lock?.loss.aborted !== true) {
      throw new SlipwayError('CANCELLED', `${left}, and the service was not changed.`);
    }
    const { code, message, detail } = await lock.lapsed();
    throw new SlipwayError(code, `${left}. ${message}`, { detail });
  }
}

/** The task may still be running, such as after an expired sign-in: a resume waits for it and starts no other one. */
function unreadable(error: unknown, task: string): unknown {
  if (!(error instanceof SlipwayError)) return error;
  const { code, message, retryable, detail } = error;
  const left = `${STOPPED_WAITING}: ${task} may still be running, and the service was not changed.`;
  return new SlipwayError(code, `${left} ${message}`, { retryable, detail, cause: error });
}

function unknownTask(id: string): never {
  throw failed(`ECS no longer has the task ${id}, so Slipway can't read its exit code.`);
}

/** Throws TASK_FAILED for another exit code than 0, once the last lines of the container are in the journal. */
async function requireSuccess(
  { dependencies, plan: { service: ref }, entry, signal }: Execution,
  described: EcsTask,
  { container }: TaskBefore,
  { taskDefinition = '' }: RunTaskRequest,
): Promise<void> {
  const task = toTask(described, ref.region, ref.cluster);
  const { exitCode, sentence } = endOfTask(task, container);
  if (exitCode === 0) return;
  const { aws, journal, pollIntervalMs } = dependencies;
  // Who does not wait any longer gets the lines that are there.
  await waitUnlessCancelled(pollIntervalMs * READS_AFTER_STOP, signal, 'The release').catch(() => undefined);
  const lastLines = await lastLinesOfTask({ aws, ref, task, taskDefinition, container });
  if (lastLines !== undefined) {
    journal.entries.update(entry, { evidence: { failures: [], events: [], lastLines } });
  }
  throw failed(sentence, {
    taskArn: task.arn,
    container,
    ...(exitCode === undefined ? {} : { exitCode: String(exitCode) }),
    ...(lastLines === undefined ? {} : { lastLines: lastLines.lines.map(({ text }) => text).join('\n') }),
  });
}

function failed(sentence: string, detail: Readonly<Record<string, string>> = {}): SlipwayError {
  return new SlipwayError('TASK_FAILED', `${sentence} The service was not changed.`, { detail });
}
