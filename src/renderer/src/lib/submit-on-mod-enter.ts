import type { KeyboardEvent } from 'react';

/** Submits a form with Ctrl+Enter, on a Mac ⌘ Enter, from wherever the focus is in it. A held key does it once. */
export function submitOnModEnter(event: KeyboardEvent<HTMLFormElement>): void {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.repeat) return;
  event.preventDefault();
  event.currentTarget.requestSubmit();
}
