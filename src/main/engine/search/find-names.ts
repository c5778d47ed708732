import type { Account, Scope } from '../../../shared/model/account.ts';
import { parseImageReference } from '../../../shared/model/image-reference.ts';
import type { SearchAnswer, SearchInput, SearchKind, SearchResult } from '../../../shared/model/search.ts';
import { SearchKind as AllKinds } from '../../../shared/model/search.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { type Candidate, compareRanks, type Rank, rankOf, wantedOf } from './match.ts';
import type { KeptName, KeptPart } from './name-store.ts';

/** Something that can be found, with what it is found by. */
export interface SearchEntry extends Candidate {
  readonly result: SearchResult;
}

interface Match {
  readonly entry: SearchEntry;
  readonly rank: Rank;
  /** The place among the recent services; Infinity for anything else. */
  readonly recency: number;
}

/** What is known of images besides the names. */
interface ImageNames {
  /** With their URIs. */
  readonly repositories: readonly KeptName[];
  /** As far as the labels of the image were read. */
  readonly commitOf: (digest: string) => string | undefined;
}

/** The entries of a kept part of an account and region. */
export function entriesOf(
  { name }: Pick<Account, 'name'>,
  { account, region }: Scope,
  part: KeptPart,
  { repositories, commitOf }: ImageNames,
): readonly SearchEntry[] {
  const place = `${name} ${region}`.toLowerCase();
  if (part.part.kind === 'running') {
    const ref = { account, region, cluster: part.part.cluster, readAt: part.readAt.toISOString() };
    return part.names.flatMap((service) => runningEntriesOf(place, ref, service, commitOf));
  }
  // Nobody looks for them by name: `images.where` lists them.
  if (part.part.kind === 'triggers' || part.part.kind === 'revisions') return [];
  const repository = 'repository' in part.part ? part.part.repository : undefined;
  const uri = repositories.find((each) => each.name === repository)?.address;
  return part.names.map((kept) =>
    entryOf(place, { account, region }, part, { ...kept, address: uri ?? kept.address }),
  );
}

/** A tag that names a commit, such as `3f2c9ab` or `sha-3f2c9ab`. */
const COMMIT_TAG = /(?:^|-)(?<commit>[0-9a-f]{7,40})$/;

/** A service for each image that it runs: found by the digest, the commit, and `repository:tag`. */
function runningEntriesOf(
  place: string,
  at: Omit<ServiceRef, 'service'> & { readonly readAt: string },
  { name: service, images = [] }: KeptName,
  commitOf: ImageNames['commitOf'],
): readonly SearchEntry[] {
  return images.map(({ container, image, digest, revision }) => {
    const { repository = image, tag } = parseImageReference(image) ?? {};
    const commit = digest === undefined ? undefined : commitOf(digest);
    return {
      result: {
        kind: 'running',
        ...at,
        service,
        container,
        image,
        ...(digest === undefined ? {} : { digest }),
        ...(revision === undefined ? {} : { revision }),
        ...(commit === undefined ? {} : { commit }),
      },
      names: tag === undefined ? [] : [`${repository}:${tag}`.toLowerCase()],
      ids: [
        ...(digest === undefined ? [] : [digest.replace(/^sha256:/, '')]),
        ...(commit === undefined ? [] : [commit.toLowerCase()]),
        ...[COMMIT_TAG.exec(tag ?? '')?.groups?.commit].filter((each) => each !== undefined),
      ],
      place: `${place} ${at.cluster} ${service} ${repository}`.toLowerCase(),
    };
  });
}

function entryOf(place: string, scope: Scope, { part, readAt }: KeptPart, kept: KeptName): SearchEntry {
  const at = { ...scope, readAt: readAt.toISOString() };
  const { name } = kept;
  const named = (result: SearchResult, within = ''): SearchEntry => ({
    result,
    names: [name.toLowerCase()],
    ids: [],
    place: `${place} ${within.toLowerCase()}`,
  });
  switch (part.kind) {
    case 'clusters':
      return named({ kind: 'cluster', ...at, cluster: name });
    case 'services':
      return named({ kind: 'service', ...at, cluster: part.cluster, service: name }, part.cluster);
    case 'daemons':
      return named({ kind: 'daemon', ...at, cluster: part.cluster, daemon: name }, part.cluster);
    case 'running':
    case 'triggers':
    case 'revisions':
      throw new Error(`The part ${part.kind} has entries of its own, or none.`);
    case 'families':
      return named({ kind: 'family', ...at, family: name });
    case 'repositories':
      return named({ kind: 'repository', ...at, repository: name });
    case 'images': {
      const { repository } = part;
      const { tags = [], commit, address } = kept;
      return {
        result: {
          kind: 'image',
          ...at,
          repository,
          ...(address === undefined ? {} : { uri: address }),
          digest: name,
          tags,
          ...(commit === undefined ? {} : { commit }),
        },
        names: tags.flatMap((tag) => [tag.toLowerCase(), `${repository}:${tag}`.toLowerCase()]),
        ids: [name.replace(/^sha256:/, ''), ...(commit === undefined ? [] : [commit.toLowerCase()])],
        place: `${place} ${repository}`,
      };
    }
  }
}

/** The best matches of each kind: by how well they match, then the recent services, then by name and place. */
export function findNames(
  entries: readonly SearchEntry[],
  { text, kinds, recent = [], limit }: SearchInput,
): SearchAnswer {
  const wanted = wantedOf(text);
  const asked = new Set<SearchKind>(kinds ?? AllKinds.options);
  const recency = new Map(recent.map((service, index) => [serviceKey(service), index]));
  const matches = new Map<SearchKind, Match[]>();
  for (const entry of entries) {
    const { result } = entry;
    if (!asked.has(result.kind)) continue;
    const rank = rankOf(wanted, entry);
    if (rank === undefined) continue;
    const match = {
      entry,
      rank,
      recency: result.kind === 'service' ? (recency.get(serviceKey(result)) ?? Infinity) : Infinity,
    };
    const ofKind = matches.get(result.kind);
    if (ofKind === undefined) matches.set(result.kind, [match]);
    else ofKind.push(match);
  }
  const found = AllKinds.options.flatMap((kind) => {
    const ofKind = matches.get(kind);
    return ofKind === undefined ? [] : [{ kind, ofKind }];
  });
  return {
    results: found.flatMap(({ ofKind }) =>
      ofKind
        .toSorted(compareMatches)
        .slice(0, limit)
        .map(({ entry }) => entry.result),
    ),
    totals: found.map(({ kind, ofKind }) => ({ kind, total: ofKind.length })),
  };
}

/** Of two images that match as well, the newer one is listed first already. */
function compareMatches(one: Match, other: Match): number {
  const byRank = compareRanks(one.rank, other.rank) || compareNumbers(one.recency, other.recency);
  if (byRank !== 0 || one.entry.result.kind === 'image') return byRank;
  const [name = ''] = one.entry.names;
  const [otherName = ''] = other.entry.names;
  return compareTexts(name, otherName) || compareTexts(one.entry.place, other.entry.place);
}

function compareNumbers(one: number, other: number): number {
  return one === other ? 0 : one - other;
}

function compareTexts(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

function serviceKey({ account, region, cluster, service }: ServiceRef): string {
  return JSON.stringify([account, region, cluster, service]);
}
