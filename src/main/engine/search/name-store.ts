import type { DatabaseSync } from 'node:sqlite';
import type { Scope } from '../../../shared/model/account.ts';
import { keepUnlessFull, openCacheDatabase } from '../caches/cache-database.ts';
import type { Clock, Logger, Paths } from '../ports/ports.ts';

/**
 * The names that are read at once: of an account and region, of a cluster, or of a repository. `running`: services with what they
 * run. `triggers`: what starts tasks by itself, with what it starts. `revisions`: task definitions with their images.
 */
export type Part =
  | { readonly kind: 'clusters' | 'families' | 'repositories' | 'triggers' | 'revisions' }
  | { readonly kind: 'services' | 'daemons' | 'running'; readonly cluster: string }
  | { readonly kind: 'images'; readonly repository: string };
type PartKind = Part['kind'];

/** What a container runs. */
export interface RunningImage {
  readonly container: string;
  /** As the task definition writes it. */
  readonly image: string;
  readonly digest?: string;
  /** The task definition, such as `web:12`. */
  readonly revision?: string;
  /** It is brought by a deployment in progress. */
  readonly isDeploying?: true;
}

export interface KeptName {
  /** The name; of an image its digest. */
  readonly name: string;
  /** The ARN of a cluster, the URI of a repository. */
  readonly address?: string | undefined;
  /** Of an image. */
  readonly tags?: readonly string[];
  readonly commit?: string;
  /** Of a service, a managed daemon, a trigger or a revision that is read with what it runs. */
  readonly images?: readonly RunningImage[];
  /** Of a trigger that starts nothing now. */
  readonly isDisabled?: true;
  /** Why what the name stands for, such as `EventBridge rules`, could not be read. */
  readonly problem?: string;
  /** More of its kind is to be read: the part is not fresh. */
  readonly isUnfinished?: true;
}

export interface KeptPart {
  readonly part: Part;
  readonly readAt: Date;
  readonly names: readonly KeptName[];
}

/** An account and region at the endpoint that its names are from. */
export interface NamedScope extends Scope {
  /** Empty for AWS. What another endpoint answered under the same account counts for nothing. */
  readonly endpoint: string;
}

/** The names of everything that was read, by account and region, with the time when they were read. */
export interface NameStore {
  /** A part is the same object until it is kept again. */
  partsOf(scope: NamedScope): readonly KeptPart[];
  /** The regions of an account where there is anything. */
  regionsOf(account: Pick<NamedScope, 'account' | 'endpoint'>): readonly string[];
  /** Keeps the names of a part in place of the earlier ones. Parts of clusters and repositories that are gone go too. */
  keep(scope: NamedScope, part: Part, names: readonly KeptName[]): void;
  close(): void;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS names (
    account TEXT NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL, container TEXT NOT NULL,
    endpoint TEXT NOT NULL, read_at INTEGER NOT NULL, names TEXT NOT NULL,
    PRIMARY KEY (account, region, kind, container)
  ) STRICT`;

/** Names that nobody has read for so long are forgotten. */
const KEPT_DAYS = 90;
const DAY_MS = 86_400_000;
/** The same names are written again only when their time is older than this: an open page reads them every 15 seconds. */
const SAME_NAMES_MS = 60_000;

/** Opens the names in `search.sqlite` of the data folder. */
export function openNameStore(
  place: { readonly paths: Paths; readonly logger: Logger },
  clock: Clock,
): NameStore {
  const database = openCacheDatabase(place, 'search', TABLE);
  database.prepare('DELETE FROM names WHERE read_at < ?').run(clock.now().getTime() - KEPT_DAYS * DAY_MS);
  const table = createPartTable(database);
  const parsed = new Map<string, { readonly version: unknown; readonly parts: Map<string, KeptPart> }>();

  /** The parts of an account and region, parsed again only after another process has written. */
  function parsedParts(scope: NamedScope): Map<string, KeptPart> {
    const key = JSON.stringify([scope.account, scope.region, scope.endpoint]);
    const known = parsed.get(key);
    // SQLite counts the changes of other connections alone: https://sqlite.org/pragma.html#pragma_data_version
    const version = database.prepare('PRAGMA data_version').get()?.data_version;
    if (known !== undefined && known.version === version) return known.parts;
    const parts = new Map(table.read(scope).map((each) => [partKey(each.part), each]));
    parsed.set(key, { version, parts });
    return parts;
  }

  return {
    partsOf: (scope) => [...parsedParts(scope).values()],
    regionsOf: (account) => table.regions(account),
    keep(scope, part, names) {
      const readAt = clock.now();
      const text = JSON.stringify(names);
      const before = table.find(scope, part);
      const isSame = before?.endpoint === scope.endpoint && before.names === text;
      if (isSame && readAt.getTime() - before.readAt < SAME_NAMES_MS) return;
      table.write(scope, part, { readAt: readAt.getTime(), names: text });
      const parts = parsedParts(scope);
      parts.set(partKey(part), { part, readAt, names });
      const inside = INSIDE[part.kind];
      if (inside === undefined) return;
      const listed = new Set(names.map(({ name }) => name));
      table.keepOnly(scope, inside, [...listed]);
      for (const [key, kept] of parts) {
        if (inside.includes(kept.part.kind) && !listed.has(containerOf(kept.part))) parts.delete(key);
      }
    },
    close: () => database.close(),
  };
}

/** What goes when a cluster or a repository is gone. */
const INSIDE: Readonly<Partial<Record<PartKind, readonly PartKind[]>>> = {
  clusters: ['services', 'daemons', 'running'],
  repositories: ['images'],
};

/** Tells the parts of an account and region apart. */
export function partKey(part: Part): string {
  return `${part.kind} ${containerOf(part)}`;
}

interface PartTable {
  read(scope: NamedScope): readonly KeptPart[];
  regions(account: Pick<NamedScope, 'account' | 'endpoint'>): readonly string[];
  find(
    scope: Scope,
    part: Part,
  ): { readonly endpoint: string; readonly readAt: number; readonly names: string } | undefined;
  write(scope: NamedScope, part: Part, kept: { readonly readAt: number; readonly names: string }): void;
  keepOnly(scope: Scope, kinds: readonly PartKind[], containers: readonly string[]): void;
}

function createPartTable(database: DatabaseSync): PartTable {
  const select = database.prepare(
    'SELECT kind, container, read_at, names FROM names WHERE account = ? AND region = ? AND endpoint = ?',
  );
  const selectOne = database.prepare(
    'SELECT endpoint, read_at, names FROM names WHERE account = ? AND region = ? AND kind = ? AND container = ?',
  );
  const selectRegions = database.prepare(
    "SELECT DISTINCT region FROM names WHERE account = ? AND endpoint = ? AND names <> '[]' ORDER BY region",
  );
  const insert = database.prepare(
    'INSERT OR REPLACE INTO names (account, region, kind, container, endpoint, read_at, names) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const remove = database.prepare(
    `DELETE FROM names WHERE account = ? AND region = ? AND kind = ?
     AND container NOT IN (SELECT value FROM json_each(?))`,
  );
  return {
    read: ({ account, region, endpoint }) =>
      select.all(account, region, endpoint).flatMap(({ kind, container, read_at, names }) => {
        const part = partOf(String(kind), String(container));
        const parsed: unknown = JSON.parse(String(names));
        // There may be 100,000 images: a check of each value by a schema would hold up everything else for a second.
        return part === undefined || !Array.isArray(parsed) || !parsed.every(isKeptName)
          ? []
          : [{ part, readAt: new Date(Number(read_at)), names: parsed }];
      }),
    regions: ({ account, endpoint }) =>
      selectRegions.all(account, endpoint).map(({ region }) => String(region)),
    find({ account, region }, part) {
      const row = selectOne.get(account, region, part.kind, containerOf(part));
      return row === undefined
        ? undefined
        : { endpoint: String(row.endpoint), readAt: Number(row.read_at), names: String(row.names) };
    },
    write({ account, region, endpoint }, part, { readAt, names }) {
      keepUnlessFull(
        () => void insert.run(account, region, part.kind, containerOf(part), endpoint, readAt, names),
      );
    },
    keepOnly({ account, region }, kinds, containers) {
      for (const kind of kinds) remove.run(account, region, kind, JSON.stringify(containers));
    },
  };
}

function isKeptName(value: unknown): value is KeptName {
  if (typeof value !== 'object' || value === null || !('name' in value)) return false;
  const isListOrMissing = (key: 'tags' | 'images'): boolean =>
    !(key in value) || Array.isArray(Reflect.get(value, key));
  return typeof value.name === 'string' && isListOrMissing('tags') && isListOrMissing('images');
}

function containerOf(part: Part): string {
  if ('cluster' in part) return part.cluster;
  return 'repository' in part ? part.repository : '';
}

/** Undefined for a kind of another version. */
function partOf(kind: string, container: string): Part | undefined {
  switch (kind) {
    case 'clusters':
    case 'families':
    case 'repositories':
    case 'triggers':
    case 'revisions':
      return { kind };
    case 'services':
    case 'daemons':
    case 'running':
      return { kind, cluster: container };
    case 'images':
      return { kind, repository: container };
    default:
      return undefined;
  }
}
