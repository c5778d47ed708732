import { nativeTheme } from 'electron';
import type { DesktopState, Theme } from './desktop-state.ts';

/** Gives the title bar, native dialogs and `prefers-color-scheme` of the page the theme of the last run. */
export function restoreTheme(state: DesktopState): void {
  nativeTheme.themeSource = state.read().theme ?? 'system';
}

/** Takes over the theme that was chosen in the page, and remembers it so that the next start opens in it. */
export function setTheme(theme: Theme, state: DesktopState): void {
  nativeTheme.themeSource = theme;
  if (state.read().theme !== theme) state.remember({ theme });
}
