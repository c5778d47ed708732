import { useSyncExternalStore } from 'react';
import { recall, remember } from './memory.ts';

/** How times are written, and whether anything moves. The theme is kept with the colors (saved-color-scheme.ts). */
export interface Appearance {
  readonly times: 'relative' | 'absolute';
  /** `system`: as the system asks for. */
  readonly motion: 'system' | 'reduced';
}

const listeners = new Set<() => void>();
let current: Appearance | undefined;

function appearance(): Appearance {
  current ??= {
    times: recall('times') === 'absolute' ? 'absolute' : 'relative',
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

/** Changes it for the whole window, and remembers it. */
export function setAppearance(change: Partial<Appearance>): void {
  current = { ...appearance(), ...change };
  remember('times', current.times);
  remember('motion', current.motion);
  for (const listener of listeners) listener();
}
