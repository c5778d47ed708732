import type { Store, Write } from './store.ts';
import type { StoredTable } from './table.ts';

/**
 * Tables of a region that keep every change in the store. All that one request or one event of the clock changes is
 * written together: a crash leaves the account as it was before or as it is after. What cannot be written, on a full
 * disk for one, is tried again with the next change.
 */
export function openTables(store: Store, region: string): (table: string) => StoredTable {
  const waiting = new Map<string, Write>();
  let isSaving = false;

  function save(): void {
    isSaving = false;
    if (store.save([...waiting.values()])) waiting.clear();
  }

  return (table) => ({
    load: () => store.load(region, table),
    keep(key, record) {
      waiting.set(`${table} ${key}`, { region, table, key, record });
      if (isSaving) return;
      isSaving = true;
      queueMicrotask(save);
    },
  });
}
