import { z } from 'zod';
import { Instant, Scope } from './account.ts';
import { listUpTo, textUpTo } from './bounded.ts';
import { ClusterRef } from './cluster.ts';
import { RepositoryName } from './image.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { Family } from './revision.ts';
import { ServiceRef } from './service.ts';

export const SearchKind = z.enum([
  'service',
  'cluster',
  'daemon',
  'family',
  'repository',
  'image',
  'running',
  'task',
]);
export type SearchKind = z.infer<typeof SearchKind>;

/** When the name was read in its account and region. */
const ReadAt = { readAt: Instant };

/** A container of a service, and the image that it runs. */
export const RunningUse = lazyObject(() => ({
  ...ServiceRef.shape,
  container: z.string(),
  /** As the task definition writes it. */
  image: z.string(),
  digest: z.string().optional(),
  /** The task definition, such as `web:12`. */
  revision: z.string().optional(),
  ...ReadAt,
}));

/** Something that runs an image, or will. */
export const ImageUse = z.discriminatedUnion('kind', [
  lazyObject(() => ({ kind: z.literal('service'), ...RunningUse.shape })),
  /** What a deployment in progress brings to a service. */
  lazyObject(() => ({ kind: z.literal('deployment'), ...RunningUse.shape })),
  /** A managed daemon that runs it, or deploys it now. */
  lazyObject(() => ({
    kind: z.literal('daemon'),
    ...ClusterRef.shape,
    daemon: z.string(),
    /** The daemon task definition, such as `agent:2`. */
    revision: z.string(),
    container: z.string(),
    image: z.string(),
    digest: z.string().optional(),
    ...ReadAt,
  })),
  /** A rule, a schedule or a state machine that starts tasks. */
  lazyObject(() => ({
    kind: z.literal('schedule'),
    ...Scope.shape,
    /** Such as `the schedule nightly-report`. */
    source: z.string(),
    /** It starts nothing until it is enabled. */
    isDisabled: z.boolean(),
    revision: z.string(),
    container: z.string(),
    image: z.string(),
    /** Only where the task definition names it. */
    digest: z.string().optional(),
    ...ReadAt,
  })),
  /** A revision that names the image, and that nothing else of the list runs. */
  lazyObject(() => ({
    kind: z.literal('revision'),
    ...Scope.shape,
    revision: z.string(),
    container: z.string(),
    image: z.string(),
    digest: z.string().optional(),
    ...ReadAt,
  })),
]);
export type ImageUse = Immutable<z.infer<typeof ImageUse>>;

/** What may run an image and could not be read. */
export const UnreadUses = lazyObject(() => ({
  ...Scope.shape,
  /** Such as `EventBridge rules`. */
  what: z.string(),
  /** Why, with the action that is not allowed. */
  problem: z.string(),
}));
export type UnreadUses = Immutable<z.infer<typeof UnreadUses>>;

/** Something with a name, and the place that tells it apart from others of the same name. */
export const SearchResult = z.discriminatedUnion('kind', [
  lazyObject(() => ({ kind: z.literal('service'), ...ServiceRef.shape, ...ReadAt })),
  lazyObject(() => ({ kind: z.literal('cluster'), ...ClusterRef.shape, ...ReadAt })),
  lazyObject(() => ({ kind: z.literal('daemon'), ...ClusterRef.shape, daemon: z.string(), ...ReadAt })),
  lazyObject(() => ({ kind: z.literal('family'), ...Scope.shape, family: Family, ...ReadAt })),
  lazyObject(() => ({
    kind: z.literal('repository'),
    ...Scope.shape,
    repository: RepositoryName,
    ...ReadAt,
  })),
  lazyObject(() => ({
    kind: z.literal('image'),
    ...Scope.shape,
    repository: RepositoryName,
    /** As a task definition names the repository, as far as it was read. */
    uri: z.string().optional(),
    digest: z.string(),
    tags: z.array(z.string()),
    /** As far as Slipway has read the labels of the image. */
    commit: z.string().optional(),
    ...ReadAt,
  })),
  /** A service that runs an image, found by what identifies the image: its digest, its commit, or `repository:tag`. */
  lazyObject(() => ({
    kind: z.literal('running'),
    ...RunningUse.shape,
    /** As far as Slipway has read the labels of the image. */
    commit: z.string().optional(),
  })),
  /** A stopped task that Slipway kept, found by its id. */
  lazyObject(() => ({
    kind: z.literal('task'),
    ...ClusterRef.shape,
    /** Missing for a task that no service started. */
    service: z.string().optional(),
    task: z.string(),
    revision: z.string(),
    ...ReadAt,
  })),
]);
export type SearchResult = Immutable<z.infer<typeof SearchResult>>;

/** Results of one kind that one search returns at most. */
export const MOST_RESULTS = 200;

export const SearchInput = lazyStrictObject(() => ({
  /** Terms that must all match, in a name or in its place. Empty: everything matches. */
  text: textUpTo(500),
  /** Only in this account and region. */
  in: Scope.optional(),
  /** All kinds by default. */
  kinds: listUpTo(8, SearchKind).optional(),
  /** Services that come first among equal matches, the most recent first. */
  recent: listUpTo(50, ServiceRef).optional(),
  /** Results of each kind. */
  limit: z.number().int().min(1).max(MOST_RESULTS).default(20),
}));
export type SearchInput = Immutable<z.infer<typeof SearchInput>>;

export const SearchAnswer = lazyObject(() => ({
  /** Best match first, by kind. */
  results: z.array(SearchResult),
  /** All matches of each kind that has any. */
  totals: z.array(z.object({ kind: SearchKind, total: z.number().int() })),
}));
export type SearchAnswer = Immutable<z.infer<typeof SearchAnswer>>;

/**
 * How the names of an account and region stand. `read` is told before the revisions of images are read, too. `sign-in`: they are not read in the background, because the profile may
 * ask a person. `failed`: some or all could not be read; the kept ones are still found.
 */
export const SearchPlace = lazyObject(() => ({
  ...Scope.shape,
  state: z.enum(['reading', 'read', 'failed', 'sign-in']),
  /** The oldest reading of what is kept, if anything is. */
  readAt: Instant.optional(),
  /** What went wrong and what to do, for `failed` and `sign-in`. */
  problem: z.string().optional(),
}));
export type SearchPlace = Immutable<z.infer<typeof SearchPlace>>;
