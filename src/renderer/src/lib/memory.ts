/** What the window remembers between two starts. Losing it does no harm, so a refusing storage is no error. */
export function remember(key: string, value: string): void {
  try {
    window.localStorage.setItem(`slipway.${key}`, value);
  } catch {
    // Storage is full or switched off.
  }
}

/** What was remembered under the key, if anything. */
export function recall(key: string): string | undefined {
  try {
    return window.localStorage.getItem(`slipway.${key}`) ?? undefined;
  } catch {
    return undefined;
  }
}
