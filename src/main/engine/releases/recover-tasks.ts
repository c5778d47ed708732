import { DescribeTasksCommand, type ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import { lastPartOf } from '../aws/arns.ts';
import { toTask } from '../catalog/tasks.ts';
import { endOfTask } from './execution/one-off-task.ts';
import type { ReleaseDependencies } from './model/release-dependencies.ts';

type RecoveryDependencies = Pick<ReleaseDependencies, 'aws' | 'journal' | 'logger'>;

const ENDED = 'Slipway quit before the task had ended';
const CHANGE_ENDED = 'Slipway quit before this finished';

/** Looks in ECS for the end of tasks whose process was ended, in the background, and writes it down. */
export function recoverTasks(dependencies: RecoveryDependencies): void {
  const { aws, journal, logger } = dependencies;
  for (const entry of journal.entries.interrupted()) {
    const scope = { account: entry.account, region: entry.region };
    const recover = RECOVERY[entry.kind];
    if (recover === undefined || aws.asksForCode(scope) || !journal.entries.takeOver(entry.id)) continue;
    recover(dependencies, aws.ecs(scope, 'background'), entry).catch((error: unknown) => {
      journal.entries.release(entry.id);
      logger.warn({ err: error, entry: entry.id }, 'The outcome of a task is still unknown.');
    });
  }
}

type Recovery = (dependencies: RecoveryDependencies, ecs: ECSClient, entry: JournalEntry) => Promise<void>;

const RECOVERY: Partial<Record<JournalEntry['kind'], Recovery>> = { run: recoverTask, task: recoverChange };

/** A stop of a task, or a change of its protection, whose answer was never written down. */
async function recoverChange(
  { journal: { entries } }: RecoveryDependencies,
  ecs: ECSClient,
  { id, cluster = '', steps, calls }: JournalEntry,
): Promise<void> {
  const step = steps.at(-1);
  if (step?.state === 'done') return entries.update(id, { state: 'done' });
  const arn = calls[0]?.target ?? '';
  if (step?.operation === 'StopTask') {
    const [task] = (await ecs.send(new DescribeTasksCommand({ cluster, tasks: [arn] }))).tasks ?? [];
    if (task === undefined || task.desiredStatus === 'STOPPED') {
      entries.lastStepResolved(id, 'done', task?.lastStatus ?? 'STOPPED');
      return entries.update(id, {
        state: 'done',
        sentence: `${CHANGE_ENDED}. ECS is stopping the task or has stopped it.`,
      });
    }
  }
  if (step !== undefined) entries.lastStepResolved(id, 'failed', 'Its answer was never read.');
  entries.update(id, {
    state: 'failed',
    sentence: `${CHANGE_ENDED}. Look at the task, and do it again if needed.`,
  });
}

async function recoverTask(
  { journal: { entries } }: RecoveryDependencies,
  ecs: ECSClient,
  { id, cluster = '', region, steps, calls }: JournalEntry,
): Promise<void> {
  const step = steps.findLast(({ operation }) => operation === 'RunTask');
  const arn = step?.state === 'done' ? step.result : await findStarted(ecs, cluster, id);
  if (arn === undefined) {
    if (step?.state === 'sent') entries.lastStepResolved(id, 'failed', 'ECS has no task of this request.');
    entries.update(id, { state: 'failed', sentence: `${ENDED}. ECS has no task of it.` });
    return;
  }
  if (step?.state === 'sent') entries.lastStepResolved(id, 'done', arn);
  const [described] = (await ecs.send(new DescribeTasksCommand({ cluster, tasks: [arn] }))).tasks ?? [];
  if (described === undefined) {
    const sentence = `${ENDED}, and ECS no longer has the task ${lastPartOf(arn)}.`;
    entries.update(id, { state: 'done', outcome: 'unknown', sentence });
    return;
  }
  const task = toTask(described, region, cluster);
  const container = calls[0]?.target.split(':')[0] ?? '';
  const { exitCode, sentence } = endOfTask(task, container);
  if (task.lastStatus !== 'STOPPED' && exitCode === undefined) {
    const left = `${ENDED}. The task ${task.id} was ${task.lastStatus} then.`;
    entries.update(id, { state: 'done', outcome: 'unknown', sentence: left });
    return;
  }
  entries.update(id, { state: exitCode === 0 ? 'done' : 'failed', sentence });
}

/** The task that a request without an answer has started. */
async function findStarted(ecs: ECSClient, cluster: string, startedBy: string): Promise<string | undefined> {
  for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
    const list = new ListTasksCommand({ cluster, startedBy, desiredStatus });
    const { taskArns = [] } = await ecs.send(list);
    if (taskArns[0] !== undefined) return taskArns[0];
  }
  return undefined;
}
