import { useSyncExternalStore } from 'react';
import { recall, remember } from './memory.ts';

/** How times are written, how close rows stand, and whether anything moves. The theme is kept in saved-color-scheme.ts. */
export interface Appearance {
  /** `utc`: absolute, in UTC instead of the zone of this machine. */
  readonly times: 'relative' | 'absolute' | 'utc';
  readonly density: 'comfortable' | 'compact';
  /** `system`: as the system asks for. */
  readonly motion: 'system' | 'reduced';
}

const TIMES: readonly Appearance['times'][] = ['relative', 'absolute', 'utc'];

const listeners = new Set<() => void>();
let current: Appearance | undefined;

function appearance(): Appearance {
  current ??= {
    times: TIMES.find((each) => each === recall('times')) ?? 'relative',
    density: recall('density') === 'compact' ? 'compact' : 'comfortable',
    motion: recall('motion') === 'reduced' ? 'reduced' : 'system',
  };
  return current;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The appearance that the person has chosen. */
export function useAppearance(): Appearance {
  return useSyncExternalStore(subscribe, appearance);
}

/** Pixels of a row whose place in a list is computed, by the chosen density. */
export function useRowHeight(comfortable: number, compact: number): number {
  return useAppearance().density === 'compact' ? compact : comfortable;
}

/** Changes it for the whole window, and remembers it. */
export function setAppearance(change: Partial<Appearance>): void {
  current = { ...appearance(), ...change };
  remember('times', current.times);
  remember('density', current.density);
  remember('motion', current.motion);
  for (const listener of listeners) listener();
}
