import { z } from 'zod';
import { CleanupTarget } from '../../../../shared/model/cleanup.ts';
import { ImageCleanupPolicy, ImageCleanupTarget } from '../../../../shared/model/image-cleanup.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import { lazyObject } from '../../../../shared/model/lazy-objects.ts';
import { StoredPolicy } from './saved-policies.ts';

const AnyStoredJob = lazyObject(() => ({
  id: z.string(),
  subject: z.string(),
  /** Its entry in the journal. */
  entry: z.string(),
}));

const RevisionJob = AnyStoredJob.extend({
  kind: z.literal('revisions'),
  target: CleanupTarget,
  policy: StoredPolicy,
  /** The acknowledged sources of use that do not tell which revisions they need. */
  acknowledged: z.array(z.string()),
});

const ImageJob = AnyStoredJob.extend({
  kind: z.literal('images'),
  target: ImageCleanupTarget,
  policy: ImageCleanupPolicy,
});
/** A job as its row says it. */
export const StoredJob = z.discriminatedUnion('kind', [RevisionJob, ImageJob]);

/** What a runner needs to know of its job. */
export type StoredJob = Immutable<z.infer<typeof StoredJob>>;
export type RevisionJob = Immutable<z.infer<typeof RevisionJob>>;
export type ImageJob = Immutable<z.infer<typeof ImageJob>>;
