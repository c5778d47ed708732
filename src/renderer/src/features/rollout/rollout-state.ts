import type { Rollout } from '../../../../shared/model/deployment.ts';

/** Whether it has failed, or waits for an answer. */
export function needsSomebody({ deployment, diagnosis, hooks = [] }: Rollout): boolean {
  const isUnhappy = deployment.outcome !== 'in-progress' && deployment.outcome !== 'succeeded';
  return isUnhappy || diagnosis !== undefined || hooks.length > 0;
}

/** Whether the new revision answers requests, or did: only then is there something to compare. Task sets have no verdict. */
export function hasTakenTraffic({ deployment, taskGroups }: Rollout): boolean {
  if (!deployment.arn.includes(':service-deployment/')) return false;
  if (deployment.outcome === 'succeeded') return true;
  const isNewRunning = taskGroups.some(
    ({ role, cells }) => role === 'new' && cells.some(({ state }) => state === 'healthy'),
  );
  return deployment.outcome === 'in-progress' && isNewRunning;
}

/** ECS lists the tasks of a deployment, whose logs they are, for about an hour after they have stopped. */
const LOGS_MS = 60 * 60_000;

export function hasLogs(
  { deployment: { outcome, revision, startedAt, finishedAt } }: Rollout,
  now: number,
): boolean {
  if (revision === undefined || startedAt === undefined) return false;
  return outcome === 'in-progress' || now - Date.parse(finishedAt ?? startedAt) < LOGS_MS;
}

/** The states of a deployment, and of a task set, in which it can be stopped. */
const STOPPABLE: ReadonlySet<string> = new Set(['PENDING', 'IN_PROGRESS', 'ACTIVE', 'PRIMARY']);

/** ECS accepts a stop only in these states (StopServiceDeployment); a task set can be rolled back until it is over. */
export function canBeStopped({ deployment: { status, outcome } }: Rollout): boolean {
  return outcome === 'in-progress' && STOPPABLE.has(status);
}
