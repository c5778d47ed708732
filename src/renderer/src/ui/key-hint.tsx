import { type ShortcutId, shortcutLabel } from '../lib/shortcuts.ts';

/** The key of an action, on its button. The button names it for screen readers in `aria-keyshortcuts`. */
export function KeyHint({ shortcut }: { readonly shortcut: ShortcutId }) {
  return (
    <kbd aria-hidden style={{ marginLeft: 6, font: 'inherit', fontSize: 11, opacity: 0.9 }}>
      {shortcutLabel(shortcut)}
    </kbd>
  );
}
