import { paginateListClusters, paginateListServices } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import { lastPartOf } from '../aws/arns.ts';
import type { Aws } from '../aws/aws.ts';
import { concernsAll } from '../catalog/optional-reads.ts';
import { eachOfFew } from '../ecs/batches.ts';
import type { ImageCache } from '../images/image-cache.ts';
import { describeAll, listRepositories } from '../images/list-images.ts';
import { listFamilies } from '../revisions/history/family-list.ts';
import { readDaemonNames } from './daemon-names.ts';
import {
  type KeptName,
  type KeptPart,
  type NamedScope,
  type NameStore,
  type Part,
  partKey,
} from './name-store.ts';
import { readNamedRevisions } from './read-revisions.ts';
import type { RunningReading } from './read-running.ts';
import { readRunning } from './read-running.ts';
import { readTriggers, type TriggerReading } from './read-triggers.ts';

export interface NameReading extends RunningReading, TriggerReading {
  readonly aws: TriggerReading['aws'] & Pick<Aws, 'ecr'>;
  readonly images: ImageCache;
  readonly store: NameStore;
  readonly now: () => Date;
}

/** Names younger than this are not read again. */
const FRESH_MS = 5 * 60_000;
/** There is a request for each repository, for each rule, schedule and state machine, and for each 100 revisions. */
const FRESH_SLOW_MS = 30 * 60_000;
const SLOW: ReadonlySet<Part['kind']> = new Set(['images', 'triggers', 'revisions']);
/** Repositories of an account and region whose images are read. */
const MOST_REPOSITORIES = 300;
/** Images of a repository that are kept. */
const MOST_IMAGES = 500;

/**
 * Reads the names of an account and region that are not fresh: ListClusters, ListServices, and what services and managed daemons
 * run of each cluster,
 * ListTaskDefinitionFamilies, DescribeRepositories, DescribeImages of each repository, and what starts tasks by itself. Every part is kept as soon as it is
 * read, and `onRead` is called. A part that fails does not stop the others. Returns the first failure, if there was one.
 */
export async function readNames(
  reading: NameReading,
  scope: NamedScope,
  onRead: () => void,
  signal: AbortSignal,
): Promise<SlipwayError | undefined> {
  const { store } = reading;
  const failures: SlipwayError[] = [];
  const kept = new Map(store.partsOf(scope).map((each) => [partKey(each.part), each]));

  /** The names of a part: the fresh ones that are kept, or those that are read now. None when it fails. */
  async function part(which: Part, read: () => Promise<readonly KeptName[]>): Promise<readonly KeptName[]> {
    const before = kept.get(partKey(which));
    if (before !== undefined && isFresh(before, reading.now())) return before.names;
    if (failures.some(meetsEveryRead)) return [];
    try {
      const names = await read();
      store.keep(scope, which, names);
      onRead();
      return names;
    } catch (error) {
      if (signal.aborted || !(error instanceof SlipwayError)) throw error;
      failures.push(error);
      return [];
    }
  }

  const lists = listsOf(reading, scope, signal);
  const clusters = await part({ kind: 'clusters' }, () => lists.clusters());
  // What fails for the clusters, such as the credentials, fails for everything.
  if (failures.length > 0) return failures[0];
  const ofClusters = async (): Promise<void> => {
    await eachOfFew(clusters, async ({ name, address }) => {
      const before = failures.length;
      const services = await part({ kind: 'services', cluster: name }, () => lists.services(name));
      if (failures.length === before) {
        await part({ kind: 'running', cluster: name }, () =>
          readRunning(reading, { scope, cluster: name, services: services.map((each) => each.name) }, signal),
        );
      }
      if (address !== undefined) await part({ kind: 'daemons', cluster: name }, () => lists.daemons(address));
    });
  };
  const ofRepositories = async (): Promise<void> => {
    const repositories = await part({ kind: 'repositories' }, () => lists.repositories());
    await eachOfFew(repositories.slice(0, MOST_REPOSITORIES), ({ name }) =>
      part({ kind: 'images', repository: name }, () => lists.images(name)),
    );
  };
  await Promise.all([
    ofClusters(),
    part({ kind: 'families' }, () => lists.families()),
    ofRepositories(),
    part({ kind: 'triggers' }, () => readTriggers(reading, scope, signal)),
  ]);
  return failures[0];
}

/**
 * Reads the newest revisions of an account and region. What has been read is kept as it grows, and `onRead` is called. Returns the
 * failure, if there was one.
 */
export async function readRevisionNames(
  reading: NameReading,
  scope: NamedScope,
  onRead: () => void,
  signal: AbortSignal,
): Promise<SlipwayError | undefined> {
  try {
    for await (const names of readNamedRevisions(reading, scope, signal)) {
      reading.store.keep(scope, { kind: 'revisions' }, names);
      onRead();
    }
    return undefined;
  } catch (error) {
    if (signal.aborted || !(error instanceof SlipwayError)) throw error;
    return error;
  }
}

/** Whether no revisions of an account and region have to be read. */
export function areRevisionsFresh(parts: readonly KeptPart[], now: Date): boolean {
  const kept = parts.find(({ part }) => part.kind === 'revisions');
  return kept !== undefined && isFresh(kept, now) && !kept.names.some((each) => each.isUnfinished);
}

/** Whether nothing of an account and region has to be read but revisions. */
export function isWhollyFresh(parts: readonly KeptPart[], now: Date): boolean {
  const fresh = new Map(parts.filter((each) => isFresh(each, now)).map((each) => [partKey(each.part), each]));
  const clusters = fresh.get(partKey({ kind: 'clusters' }));
  const repositories = fresh.get(partKey({ kind: 'repositories' }));
  if (clusters === undefined || repositories === undefined) return false;
  const wanted: readonly Part[] = [
    { kind: 'families' },
    { kind: 'triggers' },
    ...clusters.names.flatMap(({ name: cluster }): readonly Part[] => [
      { kind: 'services', cluster },
      { kind: 'running', cluster },
      { kind: 'daemons', cluster },
    ]),
    ...repositories.names
      .slice(0, MOST_REPOSITORIES)
      .map(({ name: repository }): Part => ({ kind: 'images', repository })),
  ];
  return wanted.every((part) => fresh.has(partKey(part)));
}

function isFresh({ part, readAt }: Pick<KeptPart, 'part' | 'readAt'>, now: Date): boolean {
  return now.getTime() - readAt.getTime() < (SLOW.has(part.kind) ? FRESH_SLOW_MS : FRESH_MS);
}

/** Credentials that are refused, and a network that is gone, are tried once. */
export function meetsEveryRead(error: SlipwayError): boolean {
  return concernsAll(error) || error.code === 'UNAVAILABLE';
}

function listsOf({ aws, images }: NameReading, scope: Scope, signal: AbortSignal) {
  const ecs = aws.ecs(scope, 'background');
  const ecr = aws.ecr(scope, 'background');
  const named = (names: readonly string[]): readonly KeptName[] => names.map((name) => ({ name }));
  return {
    async clusters() {
      const found: KeptName[] = [];
      for await (const page of paginateListClusters(
        { client: ecs, pageSize: 100 },
        {},
        { abortSignal: signal },
      )) {
        found.push(...(page.clusterArns ?? []).map((arn) => ({ name: lastPartOf(arn), address: arn })));
      }
      return found;
    },
    async services(cluster: string) {
      const found: string[] = [];
      const pages = paginateListServices(
        { client: ecs, pageSize: 100 },
        { cluster },
        { abortSignal: signal },
      );
      for await (const page of pages) found.push(...(page.serviceArns ?? []).map(lastPartOf));
      return named(found);
    },
    daemons: (clusterArn: string) => readDaemonNames({ ecs, signal }, clusterArn),
    families: async () => named(await listFamilies(ecs, 'ALL', signal)),
    repositories: async () =>
      (await listRepositories(ecr, signal)).map(({ name, uri }) => ({ name, address: uri })),
    async images(repository: string) {
      const details = await describeAll(ecr, repository, signal);
      return keptImages(
        details.map(({ imageDigest = '', imageTags = [], imagePushedAt }) => ({
          digest: imageDigest,
          tags: imageTags,
          pushedAt: imagePushedAt?.toISOString(),
          commit: images.read(imageDigest)?.commit,
        })),
      );
    },
  };
}

/** What is kept of the images of a repository: those with a tag first, and then the newest. */
export function keptImages(
  images: readonly {
    readonly digest: string;
    readonly tags: readonly string[];
    readonly pushedAt?: string | undefined;
    readonly commit?: string | undefined;
  }[],
): readonly KeptName[] {
  const isTagged = ({ tags }: { readonly tags: readonly string[] }): number => (tags.length > 0 ? 1 : 0);
  return images
    .toSorted(
      (one, other) =>
        isTagged(other) - isTagged(one) || (other.pushedAt ?? '').localeCompare(one.pushedAt ?? ''),
    )
    .slice(0, MOST_IMAGES)
    .map(({ digest, tags, commit }) => ({ name: digest, tags, ...(commit === undefined ? {} : { commit }) }));
}
