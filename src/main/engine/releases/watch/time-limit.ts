import type { Rollout } from '../../../../shared/model/deployment.ts';

/**
 * That a deployment takes longer than its watcher wanted to be told of. It warns and offers, and never decides: a
 * slow success is a success.
 */
export function longerThanWanted(
  { deployment }: Pick<Rollout, 'deployment'>,
  warnAfterMs: number | undefined,
  now: Date,
): string | undefined {
  const { outcome, startedAt, createdAt } = deployment;
  const begun = startedAt ?? createdAt;
  if (warnAfterMs === undefined || begun === undefined || outcome !== 'in-progress') return undefined;
  if (now.getTime() - Date.parse(begun) < warnAfterMs) return undefined;
  return `This has taken longer than ${formatValue(warnAfterMs)}. The deployment continues: wait, or stop it and roll back.`;
}

function formatValue(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
