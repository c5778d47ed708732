import { z } from 'zod';
import type { DeploymentOutcome } from '../../../../shared/model/deployment.ts';
import type { Task } from '../../../../shared/model/task.ts';
import type { EndedDeployment } from '../../catalog/last-outcomes.ts';
import { failureGroups, mainFailure } from '../../task-failures/failure-groups.ts';
import type { CachedAnswers } from '../cache/cached-answers.ts';

/** ECS shows stopped tasks for about an hour. */
const TASKS_SHOWN_MS = 65 * 60 * 1000;
const FAILED: ReadonlySet<DeploymentOutcome> = new Set(['failed', 'rolled-back', 'stopped']);

/**
 * Why the tasks of deployments failed that did not make it, in a sentence, by the ARN of the deployment. Tasks vanish
 * soon, so that what was seen is kept permanently.
 */
export async function readReleaseCauses(
  readTasks: () => Promise<readonly Task[]>,
  kept: CachedAnswers,
  deployments: readonly EndedDeployment[],
): Promise<ReadonlyMap<string, string>> {
  const failed = deployments.filter(({ outcome }) => FAILED.has(outcome));
  const causes = new Map<string, string>();
  for (const { arn } of failed) {
    const cause = kept.read(keyOf(arn), z.string(), Number.MAX_SAFE_INTEGER);
    if (cause !== undefined) causes.set(arn, cause);
  }
  const toSee = failed.filter((deployment) => !causes.has(deployment.arn) && isRecent(deployment));
  if (toSee.length === 0) return causes;

  const tasks = await readTasks();
  for (const deployment of toSee) {
    const cause = mainFailure(failureGroups(tasks.filter((task) => isOf(task, deployment))));
    if (cause === undefined) continue;
    const sentence = `${cause}.`;
    keepReleaseCause(kept, deployment.arn, sentence);
    causes.set(deployment.arn, sentence);
  }
  return causes;
}

/** Keeps why a deployment failed, in a sentence. */
export function keepReleaseCause(kept: CachedAnswers, deploymentArn: string, sentence: string): void {
  kept.write(keyOf(deploymentArn), sentence);
}

function keyOf(arn: string): string {
  return `cause ${arn}`;
}

function isRecent({ finishedAt }: EndedDeployment): boolean {
  return finishedAt !== undefined && Date.now() - Date.parse(finishedAt) < TASKS_SHOWN_MS;
}

/** Whether a task was started for a deployment: of its revision, and in its time. */
function isOf(task: Task, { taskDefinitionArn, createdAt = '', finishedAt = '' }: EndedDeployment): boolean {
  const { createdAt: begun = '' } = task;
  return task.taskDefinitionArn === taskDefinitionArn && begun >= createdAt && begun <= finishedAt;
}
