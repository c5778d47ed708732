/** The key of an action, on its button. */
export function KeyHint({ keys }: { readonly keys: string }) {
  return (
    <kbd aria-hidden style={{ marginLeft: 6, font: 'inherit', fontSize: 11, opacity: 0.75 }}>
      {keys}
    </kbd>
  );
}
