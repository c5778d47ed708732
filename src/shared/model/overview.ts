import { z } from 'zod';
import { AccountId, Instant, Region, Scope } from './account.ts';
import { Cluster } from './cluster.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { ServiceRow } from './service.ts';

/**
 * An account in its own or another region; all accounts, each in its own region, where it is left out. An account that has
 * no region of its own is read only where one is named.
 */
export const OverviewInput = lazyStrictObject(() => ({
  account: AccountId.optional(),
  region: Region.optional(),
}));
export type OverviewInput = Immutable<z.infer<typeof OverviewInput>>;

/** Services by what a person sees of them: each is counted once, those that are healthy or stopped are not. */
export const ServiceCounts = lazyObject(() => ({
  failing: z.number().int(),
  degraded: z.number().int(),
  rolledBack: z.number().int(),
  deploying: z.number().int(),
  /** Run, but not what they should: other images than their tags name, or an INACTIVE revision. */
  drifted: z.number().int(),
}));
export type ServiceCounts = Immutable<z.infer<typeof ServiceCounts>>;

/** A cluster with what is known of its services. */
export const ClusterOverview = lazyObject(() => ({
  ...Cluster.shape,
  /** Services by state; missing until they were read. */
  counts: ServiceCounts.optional(),
  /** When the oldest of the rows was read. */
  readAt: Instant.optional(),
  /** Services that need attention or deploy, the worst first; at most 20. */
  rows: z.array(ServiceRow),
  /** Why the services were not read. */
  problem: z.string().optional(),
}));
export type ClusterOverview = Immutable<z.infer<typeof ClusterOverview>>;

/**
 * What is known of an account and region. `sign-in`: it is not read, because the profile may ask a person. `failed`: its
 * clusters could not be read; those of before are still there.
 */
export const PlaceOverview = lazyObject(() => ({
  ...Scope.shape,
  state: z.enum(['reading', 'read', 'failed', 'sign-in']),
  /** What went wrong and what to do, for `failed` and `sign-in`. */
  problem: z.string().optional(),
  /** Of `sign-in`: the command that signs in, such as `aws sso login --profile shop`, where one does. */
  command: z.string().optional(),
  /** Of `sign-in`: whether `accounts.signIn` asks a person, for a sign-in or a code. */
  canSignIn: z.boolean().optional(),
  /** Whether AWS could not be reached, for `failed`. */
  isUnreachable: z.boolean().optional(),
  clusters: z.array(ClusterOverview),
  /** When the clusters were read, where that was at an earlier start and AWS could not be reached since. */
  keptAt: Instant.optional(),
}));
export type PlaceOverview = Immutable<z.infer<typeof PlaceOverview>>;

/**
 * A region as ListClusters answers in it. `refused`: the identity may not list clusters there. `disabled`: it does not
 * accept credentials that another region accepts, because it is not enabled for the account.
 */
export const RegionClusters = lazyObject(() => ({
  region: Region,
  state: z.enum(['clusters', 'empty', 'refused', 'disabled', 'failed']),
  /** The clusters of the first page: at most 100. */
  clusters: z.number().int().optional(),
  hasMore: z.boolean().optional(),
  /** What went wrong and what to do, for `refused`, `disabled` and `failed`. */
  problem: z.string().optional(),
}));
export type RegionClusters = Immutable<z.infer<typeof RegionClusters>>;
