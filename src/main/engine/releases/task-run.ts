import {
  DescribeTasksCommand,
  type ECSClient,
  type Task as EcsTask,
  type RunTaskRequest,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { ServiceLogLine } from '../../../shared/model/log.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Task } from '../../../shared/model/task.ts';
import type { TaskRun, TaskRunEvent } from '../../../shared/model/task-run.ts';
import { lastPartOf, revisionNameOf } from '../aws/arns.ts';
import { readCallerIdentity } from '../aws/caller-identity.ts';
import { NEVER_ABORTED, waitUnlessCancelled, withRetry } from '../aws/retry.ts';
import { toTask } from '../catalog/tasks.ts';
import type { JobRun, Jobs } from '../jobs/jobs.ts';
import { recordStep } from '../journal/record-step.ts';
import { openTaskLog, type TaskLog } from '../logs/task-log.ts';
import type { CallContext, Handlers } from '../ports/handlers.ts';
import {
  containerOfTask,
  endOfTask,
  lastLinesOfTask,
  READS_AFTER_STOP,
  startTask,
  typedCommand,
  whereTasksRun,
} from './execution/one-off-task.ts';
import type { ReleaseDependencies } from './model/release-dependencies.ts';
import { readService } from './model/service-reading.ts';
import {
  checkRun,
  overridesOf,
  permissionWarnings,
  type RunRequest,
  readDefinition,
  requireAllowed,
  secretWarnings,
} from './task-run-checks.ts';

const LONGEST_TITLE = 120;

/** The methods that check and run a one-off task. */
export function createTaskHandlers(
  dependencies: ReleaseDependencies,
  jobs: Pick<Jobs, 'start'>,
): Pick<Handlers, 'tasks.run' | 'tasks.checkRun'> {
  return {
    'tasks.checkRun': (request, { signal }) => checkRun(dependencies, request, signal),
    'tasks.run': (request, context) => runTask(dependencies, jobs, request, context),
  };
}

/**
 * Runs a task to its end. Nothing was sent when it throws PREFLIGHT_FAILED (a rule of the environment), INVALID_INPUT (no
 * confirmation, no reason, no such container) or NOT_FOUND. Throws TASK_FAILED when ECS starts no task, and CANCELLED when the
 * caller stops waiting: the task continues then, and the journal says so.
 */
async function runTask(
  dependencies: ReleaseDependencies,
  jobs: Pick<Jobs, 'start'>,
  request: RunRequest,
  { signal, emit }: CallContext<'tasks.run'>,
): Promise<TaskRun> {
  const { aws, journal } = dependencies;
  const { service: ref, why, link } = request;
  const ecs = aws.ecs(ref, 'clicked');
  const service = await withRetry(signal, () => readService(ecs, ref, signal));
  const definition = await readDefinition(ecs, request.taskDefinition ?? service.taskDefinition, signal);
  const { taskDefinitionArn = '', containerDefinitions = [] } = definition;
  const container = containerOfTask(containerDefinitions, request.container);
  const overridden = await requireAllowed(dependencies, request, { service, definition, container }, signal);
  const warnings = [
    ...secretWarnings(request, container),
    ...(await permissionWarnings(dependencies, { ref, service, definition }, signal)),
  ];
  for (const sentence of warnings) emit({ kind: 'warning', sentence });
  const callerIdentity = await readCallerIdentity(dependencies, ref, signal);
  const title = titleOf(request, revisionNameOf(taskDefinitionArn));
  if (signal.aborted) throw cancelled(`“${title}”`);
  const entry = journal.entries.begin({
    account: ref.account,
    region: ref.region,
    cluster: ref.cluster,
    subject: ref.service,
    kind: 'run',
    title,
    calls: [{ operation: 'RunTask', target: targetOf(request, container) }],
    ...(why === undefined ? {} : { why }),
    ...(link === undefined ? {} : { link }),
    ...(overridden.length === 0 ? {} : { overrides: [...overridden] }),
    ...(callerIdentity === undefined ? {} : { callerIdentity }),
  });
  const input: RunTaskRequest = {
    cluster: ref.cluster,
    taskDefinition: taskDefinitionArn,
    ...whereTasksRun(service, definition.volumes),
    overrides: overridesOf(request, container),
    startedBy: entry,
    clientToken: entry,
  };
  const { account, region, cluster } = ref;
  const job = { id: entry, kind: 'run', account, region, cluster, subject: ref.service, title } as const;
  const ended = Promise.withResolvers<TaskRun>();
  let state: LeftTask | undefined;
  const tell = (event: TaskRunEvent): void => {
    if (event.kind === 'task') state = event.task;
    if (!signal.aborted) emit(event);
  };
  jobs.start({ ...job, recovered: false }, async (run) => {
    const running = { dependencies, ecs, ref, entry, container, run, emit: tell };
    try {
      const { taskArn } = await recordStep(journal.entries, {
        entry,
        operation: 'RunTask',
        send: () => startTask(ecs, input),
        resultOf: (task) => task.taskArn,
        onStep: (step) => tell({ kind: 'step', step }),
      });
      state ??= { id: lastPartOf(taskArn), arn: taskArn, lastStatus: 'PROVISIONING' };
      const end = await followTask(running, taskArn, definition);
      ended.resolve(end);
      return { outcome: end.exitCode === 0 ? 'succeeded' : 'failed', sentence: end.sentence };
    } catch (error) {
      const sentence =
        error instanceof SlipwayError ? error.message : 'It failed unexpectedly. See the log for details.';
      const isLeft = error instanceof SlipwayError && error.code === 'CANCELLED';
      journal.entries.update(entry, { state: isLeft ? 'done' : 'failed', sentence });
      ended.reject(error);
      throw error;
    }
  });
  return orLeft(ended.promise, signal, () => stoppedWaiting(state, title));
}

type LeftTask = Pick<Task, 'id' | 'arn' | 'lastStatus'>;

function stoppedWaiting(task: LeftTask | undefined, title: string): SlipwayError {
  if (task === undefined) return cancelled(`Waiting for “${title}”`);
  return new SlipwayError(
    'CANCELLED',
    `Slipway stopped waiting for the task ${task.id}, which continues. Its state then: ${task.lastStatus}.`,
    { detail: { taskArn: task.arn } },
  );
}

/** The caller may stop waiting; the job continues. */
async function orLeft<T>(work: Promise<T>, signal: AbortSignal, left: () => SlipwayError): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  // Nobody listens to the work any more once the caller has left.
  work.catch(() => undefined);
  const leave = (): void => reject(left());
  signal.addEventListener('abort', leave, { once: true });
  try {
    if (signal.aborted) leave();
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

function titleOf(request: RunRequest, revision: string): string {
  const text = typedCommand(request.command);
  const title = text === undefined ? `Run a task of ${revision}` : `Run ${text} with ${revision}`;
  return title.length > LONGEST_TITLE ? `Run a task of ${revision}` : title;
}

/** Names of variables only: the journal keeps no values. */
function targetOf(request: RunRequest, container: string): string {
  const names = (request.environment ?? []).map(({ name }) => name);
  const command = typedCommand(request.command) ?? 'its own command';
  const size = [request.cpu, request.memory].filter((part) => part !== undefined);
  const different = [...names, ...size];
  return `${container}: ${command}${different.length === 0 ? '' : ` (with ${different.join(', ')})`}`;
}

/** A task that runs, and who is told about it. */
interface RunningTask {
  readonly dependencies: ReleaseDependencies;
  readonly ecs: ECSClient;
  readonly ref: ServiceRef;
  readonly entry: string;
  readonly container: string;
  readonly run: JobRun;
  readonly emit: (event: TaskRunEvent) => void;
}

/** Tells each state and all lines of a task until it has stopped. */
async function followTask(
  running: RunningTask,
  taskArn: string,
  { taskDefinitionArn = '', containerDefinitions: definitions = [] }: TaskDefinition,
): Promise<TaskRun> {
  const { dependencies, ecs, ref, container, run, emit, entry } = running;
  const { signal } = run;
  const { pollIntervalMs, journal } = dependencies;
  const log = openTaskLog(dependencies.aws, ref, {
    taskId: lastPartOf(taskArn),
    revision: revisionNameOf(taskDefinitionArn),
    definitions,
    signal,
  });
  if (!log.hasSource()) {
    const sentence =
      'Its lines are not shown: the log driver awslogs with a stream prefix is needed to read them.';
    emit({ kind: 'warning', sentence });
  }
  let told = '';
  for (let readsAfterStop = 0; ; ) {
    const task = toTask(await describeTask(ecs, ref.cluster, taskArn), ref.region, ref.cluster);
    if (task.lastStatus !== told) {
      emit({ kind: 'task', task });
      run.report({ state: 'watching', taskArn, sentence: `The task ${task.id} is ${task.lastStatus}.` });
    }
    told = task.lastStatus;
    const lines = await newLines(log, running);
    if (lines.length > 0) emit({ kind: 'lines', lines: [...lines] });
    if (task.lastStatus === 'STOPPED') readsAfterStop += 1;
    if (readsAfterStop >= (log.hasSource() ? READS_AFTER_STOP : 1)) {
      const end = endOfTask(task, container);
      const isSuccess = end.exitCode === 0;
      const { aws } = dependencies;
      const lastLines = isSuccess
        ? undefined
        : await lastLinesOfTask({ aws, ref, task, taskDefinition: task.taskDefinitionArn, container });
      journal.entries.update(entry, {
        state: isSuccess ? 'done' : 'failed',
        sentence: end.sentence,
        ...(lastLines === undefined ? {} : { evidence: { failures: [], events: [], lastLines } }),
      });
      return { id: entry, task, container, ...end };
    }
    await waitUnlessCancelled(pollIntervalMs, signal, 'The task').catch(() => {
      throw stoppedWaiting(task, '');
    });
  }
}

async function describeTask(ecs: ECSClient, cluster: string, taskArn: string): Promise<EcsTask> {
  const command = new DescribeTasksCommand({ cluster, tasks: [taskArn] });
  const [task] = (await withRetry(NEVER_ABORTED, () => ecs.send(command))).tasks ?? [];
  if (task !== undefined) return task;
  throw new SlipwayError(
    'TASK_FAILED',
    `ECS no longer has the task ${lastPartOf(taskArn)}, so Slipway can't read its exit code.`,
  );
}

/** The lines since the last read. What can't be read is a warning for each container: the end of the task counts. */
async function newLines(log: TaskLog, { emit }: RunningTask): Promise<readonly ServiceLogLine[]> {
  try {
    const { lines, notRead } = await log.readNew();
    for (const sentence of notRead) emit({ kind: 'warning', sentence });
    return lines;
  } catch {
    // Cancelled: whoever waits for the task is told.
    return [];
  }
}
