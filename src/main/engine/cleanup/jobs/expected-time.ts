/** Deregistrations that ECS allows in the long run: one a second. Deletions are ten in a call, a call a second. */
export const DEREGISTRATION_MS = 1000;

export const DELETION_CALL_MS = 1000;

/** The limit of DeleteTaskDefinitions. */
export const MOST_DELETED_AT_ONCE = 10;

/** Milliseconds that a removal takes at the rate that AWS allows: both kinds of calls continue side by side. */
export function expectedMs(revisions: { readonly active: number; readonly deleting: number }): number {
  const deletions = Math.ceil(revisions.deleting / MOST_DELETED_AT_ONCE) * DELETION_CALL_MS;
  return Math.max(revisions.active * DEREGISTRATION_MS, deletions);
}
