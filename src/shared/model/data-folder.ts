import { z } from 'zod';
import type { Immutable } from './immutable.ts';
import { lazyObject } from './lazy-objects.ts';

/** What a file of the data folder is for. */
export const DataKind = z.enum(['journal', 'caches', 'log', 'sandbox', 'settings', 'other']);
export type DataKind = z.infer<typeof DataKind>;

/** What Slipway keeps on this machine. */
export const DataFolder = lazyObject(() => ({
  folder: z.string(),
  /** Each kind once, also where it has no file. */
  kinds: z.array(z.object({ kind: DataKind, files: z.number().int(), bytes: z.number() })),
}));
export type DataFolder = Immutable<z.infer<typeof DataFolder>>;
