import type { Hold } from '../../../shared/model/lock.ts';
import type { ItemKey } from './ledger-keys.ts';
import { lockItemOf } from './lock-item.ts';
import { type LockPlace, nowOf } from './locks.ts';

/** Puts a service or a cluster on hold. A hold that is there already is replaced. */
export async function setHold(
  { table, key }: Pick<LockPlace, 'table'> & { readonly key: ItemKey },
  hold: Omit<Hold, 'since'>,
): Promise<Hold> {
  if (table.now() === undefined) await table.read([key]);
  const made = { ...hold, since: new Date(nowOf(table)).toISOString() };
  await table.update(key, {
    update: 'SET #hold = :hold',
    condition: '',
    values: { ':hold': made },
  });
  return made;
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
