import { z } from 'zod';
import { ClusterRef } from './cluster.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { Difference, ImageDifference } from './revision.ts';
import { ServiceName } from './service.ts';

/** Differences of settings that one row has at most; `settings` counts all of them. */
export const MOST_ROW_DIFFERENCES = 100;

/** Two clusters, each in its own account and region. */
export const ComparedClusters = lazyStrictObject(() => ({ before: ClusterRef, after: ClusterRef }));
export type ComparedClusters = Immutable<z.infer<typeof ComparedClusters>>;

/** In the order in which services are listed: what differs most first. */
export const COMPARED_STATES = [
  'unread',
  'diverged',
  'behind',
  'ahead',
  'other-image',
  'settings',
  'only-before',
  'only-after',
  'reading',
  'same',
] as const;

/**
 * How the service of the second cluster stands to that of the first. `behind`: it lacks commits that the first one runs.
 * `other-image`: the images differ, and no clone tells the order of their commits. `settings`: the same images, and
 * settings that differ. `reading`: not compared yet. `unread`: one of them could not be read.
 */
export const ComparedServiceState = z.enum(COMPARED_STATES);
export type ComparedServiceState = z.infer<typeof ComparedServiceState>;

/** The commits between the images of two services, as far as labels and a clone tell. */
export const ComparedCommits = lazyObject(() => ({
  /** Commits that only the image of the first cluster has, and only that of the second one; without a clone undefined. */
  onlyBefore: z.int().optional(),
  onlyAfter: z.int().optional(),
  /** An https address that shows the commits between. */
  url: z.string().optional(),
  /** Why the clone does not tell, in a sentence. */
  problem: z.string().optional(),
}));
export type ComparedCommits = Immutable<z.infer<typeof ComparedCommits>>;

/** A service of two clusters, or of one of them. */
export const ComparedService = lazyObject(() => ({
  /** Its name in the first cluster, or else in the second one. A comparison has no two rows of one id. */
  id: z.string(),
  before: ServiceName.optional(),
  after: ServiceName.optional(),
  state: ComparedServiceState,
  /** Of `unread`: why, in a sentence. */
  problem: z.string().optional(),
  /** The image version of the main container, such as `1.8.3`. */
  versions: z.object({ before: z.string().optional(), after: z.string().optional() }).optional(),
  /** Containers whose images differ. */
  images: z.array(ImageDifference),
  commits: ComparedCommits.optional(),
  /** Settings that differ, at most 100 of them, and how many there are. */
  differences: z.array(Difference),
  settings: z.int(),
  /** Differences that belong to the account, the region or the environment, such as roles and subnets. */
  leftOut: z.int(),
  /** Whether a deployment of one of them is in progress: what most tasks run is compared. */
  isDeploying: z.boolean(),
}));
export type ComparedService = Immutable<z.infer<typeof ComparedService>>;

/** Rows as they are known, and how many of all pairs have been read. The first event has every row. */
export const ClusterComparisonEvent = lazyObject(() => ({
  rows: z.array(ComparedService),
  read: z.int(),
  total: z.int(),
}));
export type ClusterComparisonEvent = Immutable<z.infer<typeof ClusterComparisonEvent>>;

export const ClusterComparison = lazyObject(() => ({ rows: z.array(ComparedService) }));
export type ClusterComparison = Immutable<z.infer<typeof ClusterComparison>>;

/** What two clusters are called in a sentence, such as `staging` and `production`. */
export interface ClusterNames {
  readonly before: string;
  readonly after: string;
}

/** The names of two clusters: with region or account where they would be the same. */
export function clusterNames({ before, after }: ComparedClusters): ClusterNames {
  if (before.cluster !== after.cluster) return { before: before.cluster, after: after.cluster };
  const where = (ref: ClusterRef): string =>
    `${ref.cluster} (${before.account === after.account ? ref.region : ref.account})`;
  return { before: where(before), after: where(after) };
}

/** How the service of the second cluster stands to that of the first, such as `production is 3 commits behind`. */
export function comparedStateText(row: ComparedService, names: ClusterNames): string {
  const { commits: { onlyBefore = 0, onlyAfter = 0 } = {}, settings } = row;
  const andSettings = settings === 0 ? '' : `, ${settingsText(settings)}`;
  switch (row.state) {
    case 'reading':
      return 'reading';
    case 'unread':
      return "couldn't be read";
    case 'behind':
      return `${names.after} is ${commitsText(onlyBefore)} behind${andSettings}`;
    case 'ahead':
      return `${names.after} is ${commitsText(onlyAfter)} ahead${andSettings}`;
    case 'diverged':
      return `${names.after} lacks ${commitsText(onlyBefore)} and has ${onlyAfter === 1 ? '1 other' : `${onlyAfter} others`}${andSettings}`;
    case 'other-image':
      return `${isSameCommit(row) ? 'different images of one commit' : 'different images'}${andSettings}`;
    case 'settings':
      return settingsText(settings);
    case 'only-before':
      return `only in ${names.before}`;
    case 'only-after':
      return `only in ${names.after}`;
    case 'same':
      return 'same';
  }
}

function isSameCommit({ commits }: ComparedService): boolean {
  return commits?.onlyBefore === 0 && commits.onlyAfter === 0;
}

function commitsText(count: number): string {
  return count === 1 ? '1 commit' : `${count} commits`;
}

function settingsText(count: number): string {
  return count === 1 ? '1 setting differs' : `${count} settings differ`;
}
