import { useSyncExternalStore } from 'react';
import { recall, remember } from './memory.ts';

const KEY = 'warn-after-minutes';
/** The most minutes that can be set. */
export const MOST_MINUTES = 1440;

/** Where the storage refuses to keep it. */
let unsaved: number | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function current(): number | undefined {
  if (unsaved !== undefined) return unsaved;
  const minutes = Number(recall(KEY));
  return Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES ? minutes : undefined;
}

/** After how many minutes a deployment is slow, for all deployments; undefined for no warning. */
export function useWarnAfter(): number | undefined {
  return useSyncExternalStore(subscribe, current);
}

/** Changes it for the whole window, and remembers it. */
export function setWarnAfter(minutes: number | undefined): void {
  const text = minutes === undefined ? '' : String(minutes);
  remember(KEY, text);
  unsaved = (recall(KEY) ?? '') === text ? undefined : minutes;
  for (const listener of listeners) listener();
}
