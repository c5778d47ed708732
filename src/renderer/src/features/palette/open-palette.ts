import { useSyncExternalStore } from 'react';

let isOpen = false;
const listeners = new Set<() => void>();

function set(next: boolean): void {
  isOpen = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Opens the command palette. */
export function openPalette(): void {
  set(true);
}

export function closePalette(): void {
  set(false);
}

/** Whether the command palette is open. */
export function usePaletteIsOpen(): boolean {
  return useSyncExternalStore(subscribe, () => isOpen);
}
