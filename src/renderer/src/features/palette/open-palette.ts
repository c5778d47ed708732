import { useSyncExternalStore } from 'react';

let isOpen = false;
/** What had the focus before the palette. */
let opener: Element | null = null;
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
  if (!isOpen) opener = document.activeElement;
  set(true);
}

export function closePalette(): void {
  set(false);
}

/** Gives the focus back to what had it before the palette, unless something else has it by now. */
export function returnFocus(): void {
  const { activeElement, body } = document;
  if (opener instanceof HTMLElement && (activeElement === null || activeElement === body))
    opener.focus({ preventScroll: true });
  opener = null;
}

/** Whether the command palette is open. */
export function usePaletteIsOpen(): boolean {
  return useSyncExternalStore(subscribe, () => isOpen);
}
