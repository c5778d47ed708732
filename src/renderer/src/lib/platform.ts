/** How this machine's keyboard writes the keys that open the command palette. */
export function paletteKeys(): string {
  return navigator.userAgent.includes('Mac') ? '⌘ K' : 'Ctrl K';
}
