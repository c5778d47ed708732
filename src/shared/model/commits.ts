import { z } from 'zod';
import { Instant } from './account.ts';
import { listUpTo, textUpTo } from './bounded.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject } from './lazy-objects.ts';

/** At most so many commits are listed; `total` counts all of them. */
export const MOST_COMMITS = 100;

/** A commit of a clone. Author and subject are cut, and characters that nobody sees are escaped. */
export const ListedCommit = lazyObject(() => ({
  commit: z.string(),
  author: textUpTo(1_000),
  subject: textUpTo(3_000),
  committedAt: Instant.optional(),
}));
export type ListedCommit = Immutable<z.infer<typeof ListedCommit>>;

/** The commit that an image was built from, by its labels. */
const LabelledCommit = lazyObject(() => ({ commit: z.string().optional(), source: z.string().optional() }));

/** What lies between the running and the chosen image. */
export const CommitsBetween = lazyObject(() => ({
  /** Undefined for an image of another registry, and for one that does not exist. */
  running: LabelledCommit.optional(),
  chosen: LabelledCommit.optional(),
  /**
   * `forward`: the chosen image adds the commits. `reverse`: it is older and takes them back. `diverged`: it adds the
   * commits and lacks `missing` others. `unknown`: no clone told.
   */
  order: z.enum(['same', 'forward', 'reverse', 'diverged', 'unknown']),
  /** Newest first; empty without a clone. */
  commits: listUpTo(MOST_COMMITS, ListedCommit),
  /** How many there are, listed or not. */
  total: z.number().int(),
  /** How many commits of the running image the chosen one lacks, where they diverged. */
  missing: z.number().int(),
  /** Whether the chosen image was built before the running one; only where nothing else tells the order. */
  isBuiltEarlier: z.boolean(),
  /** What the clone is remembered for: the source of the code, or the repository of the image. */
  repository: z.string(),
  /** The folder of the clone, if one is remembered. */
  clone: z.string().optional(),
  /** Why the clone does not tell, in a sentence. */
  problem: z.string().optional(),
  /** An https address that shows the comparison on the source host. */
  commitsUrl: z.string().optional(),
}));
export type CommitsBetween = Immutable<z.infer<typeof CommitsBetween>>;
