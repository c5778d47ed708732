import type { SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import type { ClusterRef } from '../../../shared/model/cluster.ts';
import { DeploymentOutcome } from '../../../shared/model/deployment.ts';
import { ContainerImage } from '../../../shared/model/image.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import { keepUnlessFull, openCacheDatabase } from '../caches/cache-database.ts';
import { withoutNulls } from '../journal/entry-rows.ts';
import type { Logger, Paths } from '../ports/ports.ts';

/** A cluster of an account. `endpoint` is empty for AWS: what another endpoint answered is another past. */
export interface TimelinePlace extends ClusterRef {
  readonly endpoint: string;
}

const Images = z.array(ContainerImage.omit({ facts: true }));

/** A service revision: its task definition and those of its images that could be read. */
export const KeptRevision = lazyObject(() => ({ taskDefinitionArn: z.string(), images: Images }));
export type KeptRevision = Readonly<z.infer<typeof KeptRevision>>;

/** A service as DescribeServices showed it. */
export const KeptService = lazyObject(() => ({
  name: z.string(),
  readAt: z.string(),
  createdAt: z.string().optional(),
  running: KeptRevision.optional(),
  /** When its newest deployment was created. */
  changedAt: z.string().optional(),
  /** What replaces `running` at the moment. */
  deploying: KeptRevision.optional(),
  /** From when on its service deployments are known without gaps until `readAt`; missing where ECS has none for it. */
  listedFrom: z.string().optional(),
  /** When it was missing for the first time: it was deleted before. */
  goneAt: z.string().optional(),
  /** What DescribeServices says of its deployments: while it is the same, no deployment was added. */
  state: z.string(),
}));
export type KeptService = Readonly<z.infer<typeof KeptService>>;

const KeptDeployment = lazyObject(() => ({
  service: z.string(),
  arn: z.string(),
  at: z.string(),
  endedAt: z.string().optional(),
  outcome: DeploymentOutcome,
  target: KeptRevision.optional(),
  source: KeptRevision.optional(),
}));
export type KeptDeployment = Readonly<z.infer<typeof KeptDeployment>>;

/** A service with its service deployments around a moment. */
export interface ServiceAround {
  readonly service: KeptService;
  /** The newest that had succeeded by then. */
  readonly before?: KeptDeployment;
  /** The newest that was in progress then. */
  readonly during?: KeptDeployment;
  /** The newest that had failed or was stopped by then, without a rollback. */
  readonly failed?: KeptDeployment;
  /** The first that was started after it. */
  readonly after?: KeptDeployment;
}

/** What the timeline needs of an image of a registry. */
export const KeptImage = lazyObject(() => ({
  digest: z.string(),
  repository: z.string(),
  commit: z.string().optional(),
  source: z.string().optional(),
  builtAt: z.string().optional(),
}));
export type KeptImage = Readonly<z.infer<typeof KeptImage>>;

/** The commits between two images of one source. They never change. */
const KeptDistance = lazyObject(() => ({
  order: z.enum(['same', 'forward', 'reverse', 'diverged']),
  total: z.number(),
  missing: z.number(),
}));
export type KeptDistance = Readonly<z.infer<typeof KeptDistance>>;

const KeptState = lazyObject(() => ({
  readAt: z.string(),
  problem: z.string().optional(),
  /** What its services run is known, and not yet what they ran before. */
  isUnlisted: z.boolean().optional(),
}));

export type KeptCluster = TimelinePlace & Readonly<z.infer<typeof KeptState>>;

/** What the timeline has read: a cache, in which one query answers for an environment at a moment. */
export interface TimelineStore {
  clusters(): readonly KeptCluster[];
  /** The services of a cluster at a moment. */
  around(place: TimelinePlace, at: Date): readonly ServiceAround[];
  /** The services of a cluster that are known, by name, and those that are gone. */
  services(place: TimelinePlace): ReadonlyMap<string, KeptService>;
  /** Service deployments that ended after `since`, or have not ended, and started until `until`; newest first. */
  between(
    place: TimelinePlace,
    range: { readonly since: Date; readonly until: Date },
    limit: number,
  ): readonly KeptDeployment[];
  images(digests: readonly string[]): ReadonlyMap<string, KeptImage>;
  revisions(arns: readonly string[]): ReadonlyMap<string, KeptRevision>;
  distance(pair: string): KeptDistance | undefined;
  keepCluster(cluster: KeptCluster): void;
  /** Forgets the clusters of an account and region that are not among these. */
  keepOnly(scope: Omit<TimelinePlace, 'cluster'>, clusters: readonly string[]): void;
  keepServices(place: TimelinePlace, services: readonly KeptService[]): void;
  /** Adds deployments; with `instead`, in the place of those that are known. */
  keepDeployments(
    place: TimelinePlace,
    service: string,
    deployments: readonly KeptDeployment[],
    mode: 'add' | 'instead',
  ): void;
  keepImages(images: readonly KeptImage[]): void;
  keepRevisions(revisions: readonly KeptRevision[]): void;
  keepDistance(pair: string, distance: KeptDistance): void;
  close(): void;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS clusters (place TEXT PRIMARY KEY, kept TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS services (
    place TEXT NOT NULL, service TEXT NOT NULL, kept TEXT NOT NULL, PRIMARY KEY (place, service)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS deployments (
    place TEXT NOT NULL, service TEXT NOT NULL, arn TEXT NOT NULL, at TEXT NOT NULL, ended_at TEXT, outcome TEXT NOT NULL,
    target TEXT, source TEXT, PRIMARY KEY (place, arn)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS deployments_of_service ON deployments (place, service, at);
  CREATE INDEX IF NOT EXISTS ended_deployments ON deployments (place, service, outcome, ended_at);
  CREATE INDEX IF NOT EXISTS deployments_of_place ON deployments (place, at);
  CREATE TABLE IF NOT EXISTS images (digest TEXT PRIMARY KEY, kept TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS revisions (arn TEXT PRIMARY KEY, kept TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS distances (pair TEXT PRIMARY KEY, kept TEXT NOT NULL) STRICT;`;

const DEPLOYMENT_COLUMNS = ['arn', 'at', 'ended_at', 'outcome', 'target', 'source'] as const;

/** The deployment that each side of ServiceAround is. */
const SIDES = {
  before: `outcome = 'succeeded' AND ended_at <= $at ORDER BY ended_at DESC`,
  during: `at <= $at AND (ended_at > $at OR ended_at IS NULL) ORDER BY at DESC`,
  failed: `outcome IN ('failed', 'stopped') AND ended_at <= $at ORDER BY ended_at DESC`,
  after: 'at > $at ORDER BY at',
} as const;
type Side = keyof typeof SIDES;

const SIDE_NAMES = ['before', 'during', 'failed', 'after'] as const satisfies readonly Side[];

const AROUND = `
  SELECT s.kept AS kept, ${SIDE_NAMES.map(columnsOf).join(', ')} FROM services AS s
  ${SIDE_NAMES.map(joinOf).join('\n')}
  WHERE s.place = $place ORDER BY s.service`;

function columnsOf(side: Side): string {
  return DEPLOYMENT_COLUMNS.map((column) => `${side}_.${column} AS ${side}_${column}`).join(', ');
}

function joinOf(side: Side): string {
  return `LEFT JOIN deployments AS ${side}_ ON ${side}_.rowid = (
    SELECT rowid FROM deployments WHERE place = $place AND service = s.service AND ${SIDES[side]} LIMIT 1)`;
}

/** Opens it in `timeline.sqlite` of the data folder. */
export function openTimelineStore(place: { readonly paths: Paths; readonly logger: Logger }): TimelineStore {
  const database = openCacheDatabase(place, 'timeline', TABLES);

  function run(sql: string, ...values: readonly SQLInputValue[]): void {
    keepUnlessFull(() => void database.prepare(sql).run(...values));
  }

  /** Parses what was kept under some keys; what another version has kept otherwise is read again. */
  function keptBy<Kept>(
    table: string,
    key: string,
    keys: readonly string[],
    schema: z.ZodType<Kept>,
  ): ReadonlyMap<string, Kept> {
    if (keys.length === 0) return new Map();
    const rows = database
      .prepare(`SELECT ${key} AS key, kept FROM ${table} WHERE ${key} IN (SELECT value FROM json_each(?))`)
      .all(JSON.stringify(keys));
    return new Map(
      rows.flatMap((row): [string, Kept][] => {
        const parsed = schema.safeParse(jsonOf(row.kept));
        return parsed.success ? [[String(row.key), parsed.data]] : [];
      }),
    );
  }

  function inOne(write: () => void): void {
    keepUnlessFull(() => {
      database.exec('BEGIN IMMEDIATE');
      try {
        write();
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  return {
    clusters() {
      const rows = database.prepare('SELECT place, kept FROM clusters ORDER BY place').all();
      return rows.flatMap(({ place: key, kept }) => {
        const found = placeOf(String(key));
        const parsed = KeptState.safeParse(jsonOf(kept));
        return found === undefined || !parsed.success ? [] : [{ ...found, ...parsed.data }];
      });
    },
    around(where, at) {
      const rows = database.prepare(AROUND).all({ place: keyOf(where), at: at.toISOString() });
      return rows.flatMap((row) => {
        const service = KeptService.safeParse(jsonOf(row.kept));
        if (!service.success) return [];
        const sides = SIDE_NAMES.flatMap((side) => {
          const deployment = deploymentOf(
            service.data.name,
            DEPLOYMENT_COLUMNS.map((column) => row[`${side}_${column}`]),
          );
          return deployment === undefined ? [] : [[side, deployment] as const];
        });
        return [{ service: service.data, ...Object.fromEntries(sides) }];
      });
    },
    services(where) {
      const rows = database.prepare('SELECT kept FROM services WHERE place = ?').all(keyOf(where));
      const services = rows.flatMap(({ kept }) => KeptService.safeParse(jsonOf(kept)).data ?? []);
      return new Map(services.map((service) => [service.name, service]));
    },
    between(where, { since, until }, limit) {
      const rows = database
        .prepare(
          `SELECT service, ${DEPLOYMENT_COLUMNS.join(', ')} FROM deployments
           WHERE place = ? AND at > ? AND at <= ? AND coalesce(ended_at, ?) > ? ORDER BY at DESC LIMIT ?`,
        )
        .all(
          keyOf(where),
          new Date(since.getTime() - LONGEST_DEPLOYMENT_MS).toISOString(),
          until.toISOString(),
          until.toISOString(),
          since.toISOString(),
          limit,
        );
      return rows.flatMap(
        (row) =>
          deploymentOf(
            String(row.service),
            DEPLOYMENT_COLUMNS.map((column) => row[column]),
          ) ?? [],
      );
    },
    images: (digests) => keptBy('images', 'digest', digests, KeptImage),
    revisions: (arns) => keptBy('revisions', 'arn', arns, KeptRevision),
    distance: (pair) => keptBy('distances', 'pair', [pair], KeptDistance).get(pair),
    keepCluster({ readAt, problem, isUnlisted, ...where }) {
      const kept = JSON.stringify({ readAt, problem, isUnlisted });
      run('INSERT OR REPLACE INTO clusters (place, kept) VALUES (?, ?)', keyOf(where), kept);
    },
    keepOnly({ account, region, endpoint }, clusters) {
      for (const known of this.clusters()) {
        if (known.account !== account || known.region !== region || known.endpoint !== endpoint) continue;
        if (!clusters.includes(known.cluster)) run('DELETE FROM clusters WHERE place = ?', keyOf(known));
      }
    },
    keepServices(where, services) {
      const key = keyOf(where);
      inOne(() => {
        const insert = database.prepare(
          'INSERT OR REPLACE INTO services (place, service, kept) VALUES (?, ?, ?)',
        );
        for (const service of services) insert.run(key, service.name, JSON.stringify(service));
      });
    },
    keepDeployments(where, service, deployments, mode) {
      const key = keyOf(where);
      inOne(() => {
        if (mode === 'instead') {
          database.prepare('DELETE FROM deployments WHERE place = ? AND service = ?').run(key, service);
        }
        const insert = database.prepare(
          `INSERT OR REPLACE INTO deployments (place, service, arn, at, ended_at, outcome, target, source)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        );
        for (const { arn, at, endedAt, outcome, target, source } of deployments) {
          insert.run(key, service, arn, at, endedAt ?? null, outcome, textOf(target), textOf(source));
        }
      });
    },
    keepImages: (images) =>
      inOne(() => {
        const insert = database.prepare('INSERT OR REPLACE INTO images (digest, kept) VALUES (?, ?)');
        for (const image of images) insert.run(image.digest, JSON.stringify(image));
      }),
    keepRevisions: (revisions) =>
      inOne(() => {
        const insert = database.prepare('INSERT OR REPLACE INTO revisions (arn, kept) VALUES (?, ?)');
        for (const revision of revisions) insert.run(revision.taskDefinitionArn, JSON.stringify(revision));
      }),
    keepDistance: (pair, distance) =>
      run('INSERT OR REPLACE INTO distances (pair, kept) VALUES (?, ?)', pair, JSON.stringify(distance)),
    close: () => database.close(),
  };
}

/** A deployment that took longer is looked for by its start. */
const LONGEST_DEPLOYMENT_MS = 7 * 24 * 60 * 60 * 1000;

const PlaceKey = z.tuple([z.string(), z.string(), z.string(), z.string()]);

function keyOf({ account, endpoint, region, cluster }: TimelinePlace): string {
  return JSON.stringify([account, endpoint, region, cluster]);
}

function placeOf(key: string): TimelinePlace | undefined {
  const parsed = PlaceKey.safeParse(jsonOf(key));
  if (!parsed.success) return undefined;
  const [account, endpoint, region, cluster] = parsed.data;
  return { account, endpoint, region, cluster };
}

function deploymentOf(service: string, columns: readonly unknown[]): KeptDeployment | undefined {
  const [arn, at, endedAt, outcome, target, source] = columns;
  if (arn === null || arn === undefined) return undefined;
  const row = { service, arn, at, endedAt, outcome, target: jsonOf(target), source: jsonOf(source) };
  return KeptDeployment.safeParse(withoutNulls(row)).data;
}

function textOf(revision: KeptRevision | undefined): string | null {
  return revision === undefined ? null : JSON.stringify(revision);
}

function jsonOf(column: unknown): unknown {
  if (typeof column !== 'string') return undefined;
  try {
    return JSON.parse(column);
  } catch {
    return undefined;
  }
}
