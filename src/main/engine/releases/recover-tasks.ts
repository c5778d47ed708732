import { DescribeTasksCommand, type ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import { lastPartOf } from '../aws/arns.ts';
import { toTask } from '../catalog/tasks.ts';
import { endOfTask } from './execution/one-off-task.ts';
import type { ReleaseDependencies } from './model/release-dependencies.ts';

type RecoveryDependencies = Pick<ReleaseDependencies, 'aws' | 'journal' | 'logger'>;

const ENDED = 'Slipway quit before the task had ended';

/** Looks in ECS for the end of tasks whose process was ended, in the background, and writes it down. */
export function recoverTasks(dependencies: RecoveryDependencies): void {
  const { aws, journal, logger } = dependencies;
  for (const entry of journal.entries.interrupted()) {
    const scope = { account: entry.account, region: entry.region };
    if (entry.kind !== 'run' || aws.asksForCode(scope) || !journal.entries.takeOver(entry.id)) continue;
    recoverTask(dependencies, aws.ecs(scope, 'background'), entry).catch((error: unknown) => {
      journal.entries.release(entry.id);
      logger.warn({ err: error, entry: entry.id }, 'The outcome of a task is still unknown.');
    });
  }
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
