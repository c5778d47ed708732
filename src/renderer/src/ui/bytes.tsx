import { formatBytes } from '../lib/format.ts';
import { UI_TEXT } from './ui-text.ts';

/** A size in bytes as people read it, with the exact number on hover. */
export function Bytes({ value }: { readonly value: number }) {
  return <span title={UI_TEXT.bytes(value)}>{formatBytes(value)}</span>;
}
