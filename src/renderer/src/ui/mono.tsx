import type { ReactNode } from 'react';

/** Identifiers, images and values: a fixed-width font, one size smaller. */
export function Mono({ children }: { readonly children: ReactNode }) {
  return (
    <span style={{ unicodeBidi: 'isolate', fontFamily: 'var(--mono)', fontSize: '12px' }}>{children}</span>
  );
}
