import { SlipwayError } from '../../../shared/errors.ts';
import type { Hold } from '../../../shared/model/lock.ts';
import type { ItemKey } from './ledger-keys.ts';
import { activeHold, holdLabel, lockItemOf } from './lock-item.ts';
import { type LockPlace, nowOf } from './locks.ts';

/**
 * Puts a service or a cluster on hold. It replaces the hold of the same person. Throws CONFLICT where somebody else has one: a
 * hold of an hour must not end another one that counts until Monday.
 */
export async function setHold(
  { table, key, label }: Pick<LockPlace, 'table' | 'label'> & { readonly key: ItemKey },
  hold: Omit<Hold, 'since'>,
): Promise<Hold> {
  const [item] = await table.read([key]);
  const before = lockItemOf(item).hold;
  requireReplaceable(activeHold(before, nowOf(table)), hold, label);
  const made = { ...hold, since: new Date(nowOf(table)).toISOString() };
  const { isWritten, item: now } = await table.update(key, {
    update: 'SET #hold = :hold',
    // Somebody else may make one at the same time.
    condition: before === undefined ? 'attribute_not_exists(#hold.#since)' : '#hold.#since = :since',
    values: { ':hold': made, ...(before === undefined ? {} : { ':since': before.since }) },
  });
  const found = lockItemOf(now).hold;
  // Its answer was lost, and the SDK has sent it again.
  const isOwn = found?.since === made.since && found.by === made.by && found.why === made.why;
  if (!isWritten && !isOwn) throw heldBy(found, label);
  return made;
}

/** Throws CONFLICT where somebody else has put it on hold. */
export function requireReplaceable(active: Hold | undefined, { by }: Pick<Hold, 'by'>, label: string): void {
  if (active !== undefined && (active.by === undefined || active.by !== by)) throw heldBy(active, label);
}

function heldBy(hold: Hold | undefined, label: string): SlipwayError {
  const found = hold === undefined ? 'was put on hold or released by somebody else' : `is ${holdLabel(hold)}`;
  return new SlipwayError(
    'CONFLICT',
    `Nothing was changed, because ${label} ${found}. If your hold should count instead, end that one first.`,
  );
}

/** Ends a hold, and answers it; undefined where there was none. */
export async function endHold({
  table,
  key,
}: Pick<LockPlace, 'table'> & { readonly key: ItemKey }): Promise<Hold | undefined> {
  const [item] = await table.read([key]);
  const { hold } = lockItemOf(item);
  if (hold === undefined) return undefined;
  const { isWritten } = await table.update(key, {
    update: 'REMOVE #hold',
    // Another one may have been made meanwhile.
    condition: '#hold.#since = :since',
    values: { ':since': hold.since },
  });
  return isWritten ? hold : undefined;
}
