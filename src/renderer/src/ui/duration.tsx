import { useTimeText } from '../lib/clock.ts';
import { formatDuration } from '../lib/format.ts';

/** How long something took, as `6 min 02 s`. */
export function Duration({ ms }: { readonly ms: number }) {
  return <span>{formatDuration(ms)}</span>;
}

/** How long something has taken so far; it counts on. */
export function Elapsed({ since }: { readonly since: string }) {
  return <span>{useTimeText((now) => formatDuration(now - Date.parse(since)))}</span>;
}
