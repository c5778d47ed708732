import { formatBytes } from '../lib/format.ts';

/** A size in bytes as people read it, with the exact number on hover. */
export function Bytes({ value }: { readonly value: number }) {
  return <span title={`${value.toLocaleString('en-US')} bytes`}>{formatBytes(value)}</span>;
}
