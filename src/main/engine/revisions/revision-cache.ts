import type { DatabaseSync } from 'node:sqlite';
import {
  type DescribeTaskDefinitionResponse,
  DescribeTaskDefinitionResponse$,
  type ECSClient,
} from '@aws-sdk/client-ecs';
import { JsonCodec } from '@aws-sdk/core/protocols';
import type { Scope } from '../../../shared/model/account.ts';
import { openCacheDatabase, openMemoryDatabase } from '../images/cache-database.ts';
import type { Logger, Paths } from '../ports.ts';
import type { DescribedRevision } from './describe-revision.ts';

/**
 * Described revisions, kept because the content of a revision never changes. Its status and its tags can: what is kept
 * has those of the day it was read.
 */
export interface RevisionCache {
  read(scope: Scope, arn: string): Promise<DescribedRevision | undefined>;
  write(scope: Scope, revision: DescribedRevision): void;
}

/** The caches of all accounts. */
export interface RevisionCaches {
  /** The cache for what a client reads. */
  of(ecs: ECSClient): RevisionCache;
  close(): void;
}

const TABLE = `CREATE TABLE IF NOT EXISTS task_definitions (
  account TEXT NOT NULL, region TEXT NOT NULL, arn TEXT NOT NULL, described TEXT NOT NULL,
  PRIMARY KEY (account, region, arn)
) STRICT`;

/**
 * Opens the cache in `revisions.sqlite` of the data folder. Only AWS promises that a revision number is never used
 * twice: what another endpoint answers is kept in memory, and apart for each endpoint.
 */
export function openRevisionCaches(place: {
  readonly paths: Paths;
  readonly logger: Logger;
}): RevisionCaches {
  const disk = openCacheDatabase(place, 'revisions', TABLE);
  const memory = new WeakMap<ECSClient, RevisionCache>();
  const databases = [disk];
  const onDisk = cacheIn(disk);
  return {
    of(ecs) {
      if (ecs.config.isCustomEndpoint !== true) return onDisk;
      const known = memory.get(ecs);
      if (known !== undefined) return known;
      const database = openMemoryDatabase(TABLE);
      databases.push(database);
      const cache = cacheIn(database);
      memory.set(ecs, cache);
      return cache;
    },
    close() {
      for (const database of databases) database.close();
    },
  };
}

/** Writes and reads by the SDK's own schema, so that times are times again. */
const codec = new JsonCodec({ timestampFormat: { useTrait: true, default: 7 }, jsonName: false });

function cacheIn(database: DatabaseSync): RevisionCache {
  const select = database.prepare(
    'SELECT described FROM task_definitions WHERE account = ? AND region = ? AND arn = ?',
  );
  const insert = database.prepare(
    'INSERT OR REPLACE INTO task_definitions (account, region, arn, described) VALUES (?, ?, ?, ?)',
  );
  return {
    async read({ account, region }, arn) {
      const row = select.get(account, region, arn);
      if (typeof row?.described !== 'string') return undefined;
      const deserializer = codec.createDeserializer();
      const described: unknown = await deserializer.read(DescribeTaskDefinitionResponse$, row.described);
      return isDescribed(described) ? { ...described, tags: described.tags ?? [] } : undefined;
    },
    write({ account, region }, revision) {
      const serializer = codec.createSerializer();
      serializer.write(DescribeTaskDefinitionResponse$, revision);
      insert.run(account, region, revision.taskDefinition.taskDefinitionArn, String(serializer.flush()));
    },
  };
}

/** The codec has read it by the SDK's schema; what the schema leaves open is looked at here. */
function isDescribed(
  value: unknown,
): value is DescribeTaskDefinitionResponse & Pick<DescribedRevision, 'taskDefinition'> {
  if (typeof value !== 'object' || value === null || !('taskDefinition' in value)) return false;
  const { taskDefinition } = value;
  if (typeof taskDefinition !== 'object' || taskDefinition === null) return false;
  return 'taskDefinitionArn' in taskDefinition && typeof taskDefinition.taskDefinitionArn === 'string';
}
