import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  type Task as EcsTask,
  type RunTaskRequest,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { ServiceLogLine } from '../../../shared/model/log.ts';
import { notAllowedText, refusalWarning } from '../../../shared/model/permission.ts';
import { type Check, overrideOf } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { TaskRun, TaskRunEvent } from '../../../shared/model/task-run.ts';
import { lastPartOf, revisionNameOf, serviceLabel } from '../aws/arns.ts';
import { readCallerIdentity } from '../aws/caller-identity.ts';
import { NEVER_ABORTED, waitUnlessCancelled, withRetry } from '../aws/retry.ts';
import { toTask } from '../catalog/tasks.ts';
import { recordStep } from '../journal/record-step.ts';
import { openTaskLog, type TaskLog } from '../logs/service-logs.ts';
import { callerReader, deniedToCaller, rolesNotToPass } from '../permissions/simulation.ts';
import type { CallContext, Handlers } from '../ports/handlers.ts';
import { guardChecks } from './checks/guard-checks.ts';
import { variablesAreNoSecrets } from './checks/secret-checks.ts';
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
import { type DeployableService, readService } from './model/service-reading.ts';

type RunRequest = Parameters<Handlers['tasks.run']>[0];

const LONGEST_TITLE = 120;

/** The method that runs a one-off task. */
export function createTaskHandlers(dependencies: ReleaseDependencies): Pick<Handlers, 'tasks.run'> {
  return { 'tasks.run': (request, context) => runTask(dependencies, request, context) };
}

/**
 * Runs a task to its end. Nothing was sent when it throws PREFLIGHT_FAILED (a rule of the environment), INVALID_INPUT (no
 * confirmation, no reason, no such container) or NOT_FOUND. Throws TASK_FAILED when ECS starts no task, and CANCELLED when the
 * caller stops waiting: the task continues then, and the journal says so.
 */
async function runTask(
  dependencies: ReleaseDependencies,
  request: RunRequest,
  { signal, emit }: CallContext<'tasks.run'>,
): Promise<TaskRun> {
  const { aws, journal } = dependencies;
  const { service: ref, why, link } = request;
  const ecs = aws.ecs(ref, 'clicked');
  const service = await withRetry(signal, () => readService(ecs, ref, signal));
  const overridden = requireAllowed(dependencies, request, service);
  const definition = await readDefinition(ecs, request.taskDefinition ?? service.taskDefinition, signal);
  const { taskDefinitionArn = '', containerDefinitions = [] } = definition;
  const container = containerOfTask(containerDefinitions, request.container);
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
    ...whereTasksRun(service),
    ...overridesOf(request, container),
    startedBy: entry,
    clientToken: entry,
  };
  const running = { dependencies, ecs, ref, entry, container, signal, emit };
  try {
    const { taskArn } = await recordStep(journal.entries, {
      entry,
      operation: 'RunTask',
      send: () => startTask(ecs, input),
      resultOf: (task) => task.taskArn,
      onStep: (step) => emit({ kind: 'step', step }),
    });
    return await followTask(running, taskArn, definition);
  } catch (error) {
    const sentence =
      error instanceof SlipwayError ? error.message : 'It failed unexpectedly. See the log for details.';
    const isLeft = error instanceof SlipwayError && error.code === 'CANCELLED';
    journal.entries.update(entry, { state: isLeft ? 'done' : 'failed', sentence });
    throw error;
  }
}

/** The failed checks that are overridden. Throws for what the rules of the environment do not allow. */
function requireAllowed(
  { accounts, environments, clock }: ReleaseDependencies,
  { service: ref, overrides = [], confirmation, why = '' }: RunRequest,
  { serviceArn = '' }: DeployableService,
): readonly Check[] {
  const guard = environments.guardOf({ ...ref, account: accounts.find(ref.account).account });
  const failed = guardChecks(guard, { serviceArn, images: [] }, clock.now()).filter(
    ({ result }) => result === 'fail',
  );
  const isOverridden = (check: Check): boolean =>
    check.overridable === true && overrides.includes(overrideOf(check));
  const refused = failed.filter((check) => !isOverridden(check));
  const place = serviceLabel(ref);
  if (refused.length > 0) {
    const sentences = refused.map(({ message, advice }) => [message, advice].filter(Boolean).join('. '));
    throw new SlipwayError('PREFLIGHT_FAILED', `No task was run. ${sentences.join(' ')}`);
  }
  if (guard.confirm === 'name' && confirmation !== ref.service) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `No task was run, because ${place} is ${guard.environment}. Confirm it with the name ${ref.service}.`,
      { detail: { field: 'confirmation' } },
    );
  }
  if (guard.reason === 'required' && why.trim() === '') {
    throw new SlipwayError(
      'INVALID_INPUT',
      `No task was run. A rule of environments.yml or slipway.yml asks for a reason for changes of ${place}. Give the reason and try again.`,
      { detail: { field: 'why' } },
    );
  }
  return failed.filter(isOverridden);
}

async function readDefinition(
  ecs: ECSClient,
  taskDefinition: string,
  signal: AbortSignal,
): Promise<TaskDefinition> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition });
  const described = await withRetry(signal, () => ecs.send(command, { abortSignal: signal })).catch(
    (error: unknown) => {
      if (!(error instanceof SlipwayError) || error.code !== 'NOT_FOUND') throw error;
      const name = lastPartOf(taskDefinition);
      const sentence = `There is no task definition ${name}, or no active revision of it. Nothing was sent.`;
      throw new SlipwayError('NOT_FOUND', sentence, { cause: error });
    },
  );
  return described.taskDefinition ?? {};
}

function secretWarnings({ environment }: RunRequest, container: string): readonly string[] {
  const check = variablesAreNoSecrets({ environment: [{ container, set: environment ?? [] }] });
  if (check === undefined) return [];
  const names = check.message.replace(/ and would be stored .*$/, '');
  return [
    `${names}. Whoever may describe the task can read its value. Store it in Secrets Manager or Systems Manager, and reference it in the task definition.`,
  ];
}

/** What IAM would refuse of RunTask and of the roles of its tasks. It is tried all the same: a simulation may be wrong. */
async function permissionWarnings(
  dependencies: ReleaseDependencies,
  {
    ref,
    service,
    definition,
  }: { readonly ref: ServiceRef; readonly service: DeployableService; readonly definition: TaskDefinition },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const caller = callerReader(dependencies, ref, signal);
  const { taskDefinitionArn = '', executionRoleArn, taskRoleArn } = definition;
  const { clusterArn } = service;
  const requests = [{ actions: ['ecs:RunTask'], resources: [taskDefinitionArn.replace(/:\d+$/, ':*')] }];
  const roleArns = [executionRoleArn, taskRoleArn].filter((role) => role !== undefined);
  const [denied, roles] = await Promise.all([
    deniedToCaller(dependencies, ref, { requests, clusterArn, caller }, signal),
    rolesNotToPass(dependencies, ref, { roleArns, caller }, signal),
  ]);
  const actions = denied.state === 'read' ? denied.value : [];
  const notPassed = roles.state === 'read' ? roles.value : [];
  return [
    ...actions.map((action) => refusalWarning(notAllowedText([action]))),
    ...notPassed.map((role) => `You aren't allowed to pass the role ${lastPartOf(role)} (iam:PassRole).`),
  ];
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
  return `${container}: ${command}${names.length === 0 ? '' : ` (with ${names.join(', ')})`}`;
}

function overridesOf(
  { command, environment = [] }: RunRequest,
  container: string,
): Pick<RunTaskRequest, 'overrides'> {
  if (command === undefined && environment.length === 0) return {};
  const override = {
    name: container,
    ...(command === undefined ? {} : { command: [...command] }),
    ...(environment.length === 0 ? {} : { environment: [...environment] }),
  };
  return { overrides: { containerOverrides: [override] } };
}

/** A task that runs, and who is told about it. */
interface RunningTask {
  readonly dependencies: ReleaseDependencies;
  readonly ecs: ECSClient;
  readonly ref: ServiceRef;
  readonly entry: string;
  readonly container: string;
  readonly signal: AbortSignal;
  readonly emit: (event: TaskRunEvent) => void;
}

/** Tells each state and all lines of a task until it has stopped. */
async function followTask(
  running: RunningTask,
  taskArn: string,
  { taskDefinitionArn = '', containerDefinitions: definitions = [] }: TaskDefinition,
): Promise<TaskRun> {
  const { dependencies, ecs, ref, container, signal, emit, entry } = running;
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
    if (task.lastStatus !== told) emit({ kind: 'task', task });
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
      throw new SlipwayError(
        'CANCELLED',
        `Slipway stopped waiting for the task ${task.id}, which continues. Its state then: ${task.lastStatus}.`,
        { detail: { taskArn } },
      );
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

/** The lines since the last read. What can't be read is a warning, once: the end of the task counts. */
async function newLines(log: TaskLog, { signal, emit }: RunningTask): Promise<readonly ServiceLogLine[]> {
  try {
    return await log.readNew();
  } catch (error) {
    if (signal.aborted || !(error instanceof SlipwayError)) return [];
    log.close();
    emit({ kind: 'warning', sentence: `Its lines are not shown. ${error.message}` });
    return [];
  }
}
