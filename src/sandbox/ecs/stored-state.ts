import type { EcsStore, Write } from './ecs-database.ts';
import { createState, type EcsState } from './state.ts';

/**
 * The state of a region as it was stored, which keeps every change from now on. All that one request or one event of
 * the clock changes is written together: a crash leaves the state as it was before or as it is after. What cannot be
 * written, on a full disk for one, is tried again with the next change.
 */
export function openState(store: EcsStore, region: string): EcsState {
  const waiting = new Map<string, Write>();
  let isSaving = false;

  function save(): void {
    isSaving = false;
    if (store.save([...waiting.values()])) waiting.clear();
  }

  return createState((table) => ({
    load: () => store.load(region, table),
    keep(key, record) {
      waiting.set(`${table} ${key}`, { region, table, key, record });
      if (isSaving) return;
      isSaving = true;
      queueMicrotask(save);
    },
  }));
}
