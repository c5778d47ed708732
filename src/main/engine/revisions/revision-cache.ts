import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import {
  type DescribeTaskDefinitionResponse,
  DescribeTaskDefinitionResponse$,
  type ECSClient,
} from '@aws-sdk/client-ecs';
import { JsonCodec } from '@aws-sdk/core/protocols';
import type { Scope } from '../../../shared/model/account.ts';
import { openCacheDatabase } from '../caches/cache-database.ts';
import { AWS_WORLD, customEndpoint, worldAt } from '../caches/world.ts';
import type { Logger, Paths } from '../ports.ts';
import type { DescribedRevision } from './describe-revision.ts';
import { createKeptAnswers, KEPT_ANSWERS_TABLE, type KeptAnswers } from './kept-answers.ts';
import { createKeptNames, KEPT_NAMES_TABLE, type KeptNames } from './kept-names.ts';
import { placeInFamily } from './revision-arn.ts';

/**
 * Described revisions, kept because the content of a revision never changes. Its status and its tags can: what is kept
 * has those of the day it was read.
 *
 * Only AWS promises that a revision number is never used twice. What another endpoint said in an earlier session is
 * doubted until one revision of it is described again: it was registered at the same moment, to the millisecond, only if
 * the endpoint has the same past up to there. What came after that revision stays in doubt.
 */
export interface RevisionCache {
  /** Undefined for what is not kept, and for what is in doubt. */
  read(arn: string): Promise<DescribedRevision | undefined>;
  write(revision: DescribedRevision): void;
  /** The newest of these that is kept but in doubt: describe it and settle, and those before it can be read. */
  doubted(arns: readonly string[]): string | undefined;
  /** What ECS says of a revision in doubt now; undefined when it is gone. Forgets all that turns out to be of another past. */
  settle(arn: string, now: DescribedRevision | undefined): Promise<void>;
  readonly names: KeptNames;
  /** Answers that hold for some minutes. */
  readonly answers: KeptAnswers;
}

/** The caches of all accounts. */
export interface RevisionCaches {
  /** The cache for what a client reads. */
  of(ecs: ECSClient, scope: Scope): Promise<RevisionCache>;
  close(): void;
}

const TABLES = `
  DROP TABLE IF EXISTS task_definitions;
  CREATE TABLE IF NOT EXISTS revisions (
    world TEXT NOT NULL, arn TEXT NOT NULL, family TEXT NOT NULL, number INTEGER NOT NULL, session TEXT NOT NULL,
    described TEXT NOT NULL, PRIMARY KEY (world, arn)
  ) STRICT;
  ${KEPT_NAMES_TABLE};
  ${KEPT_ANSWERS_TABLE}`;

/** What AWS said is true in every session. */
const ANY_SESSION = '';

/** Opens the caches in `revisions.sqlite` of the data folder. */
export function openRevisionCaches(place: {
  readonly paths: Paths;
  readonly logger: Logger;
}): RevisionCaches {
  const database = openCacheDatabase(place, 'revisions', TABLES);
  const caches = new Map<string, RevisionCache>();
  return {
    async of(ecs, scope) {
      const endpoint = await customEndpoint(ecs);
      const key = JSON.stringify([scope.account, scope.region, endpoint]);
      const known = caches.get(key);
      if (known !== undefined) return known;
      const trust =
        endpoint === undefined
          ? { world: AWS_WORLD, session: ANY_SESSION }
          : { world: worldAt(scope.account), session: randomUUID() };
      const cache = cacheIn(database, { ...trust, sessionsTrusted: new Map() }, key);
      caches.set(key, cache);
      return cache;
    },
    close: () => database.close(),
  };
}

/** Writes and reads by the SDK's own schema, so that times are times again. */
const codec = new JsonCodec({ timestampFormat: { useTrait: true, default: 7 }, jsonName: false });

interface Trust {
  readonly world: string;
  readonly session: string;
  /** Up to which revision of a family an earlier session has told of this very past, by `session family`. */
  readonly sessionsTrusted: Map<string, number>;
}

function cacheIn(database: DatabaseSync, trust: Trust, answersOf: string): RevisionCache {
  const { world, session, sessionsTrusted } = trust;
  const select = database.prepare(
    'SELECT number, family, session, described FROM revisions WHERE world = ? AND arn = ?',
  );
  const insert = database.prepare(
    'INSERT OR REPLACE INTO revisions (world, arn, family, number, session, described) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const forget = database.prepare('DELETE FROM revisions WHERE world = ? AND family = ? AND session = ?');

  const isTrusted = (writer: string, family: string, number: number): boolean =>
    writer === session || number <= (sessionsTrusted.get(`${writer} ${family}`) ?? 0);
  const names = createKeptNames(database, { world, session, isTrusted });

  function rowOf(arn: string): KeptRow | undefined {
    const row = select.get(world, arn);
    if (typeof row?.described !== 'string' || typeof row.family !== 'string') return undefined;
    return {
      family: row.family,
      number: Number(row.number),
      session: String(row.session),
      described: row.described,
    };
  }

  return {
    names,
    answers: createKeptAnswers(database, answersOf),
    async read(arn) {
      const row = rowOf(arn);
      if (row === undefined || !isTrusted(row.session, row.family, row.number)) return undefined;
      return parse(row.described);
    },
    write(revision) {
      const { taskDefinitionArn: arn } = revision.taskDefinition;
      const { family, number } = placeInFamily(arn);
      const serializer = codec.createSerializer();
      serializer.write(DescribeTaskDefinitionResponse$, revision);
      insert.run(world, arn, family, number, session, String(serializer.flush()));
    },
    doubted(arns) {
      return arns.find((arn) => {
        const row = rowOf(arn);
        return row !== undefined && !isTrusted(row.session, row.family, row.number);
      });
    },
    async settle(arn, now) {
      const row = rowOf(arn);
      if (row === undefined) return;
      const kept = await parse(row.described);
      const before = kept?.taskDefinition.registeredAt?.getTime();
      if (before !== undefined && before === now?.taskDefinition.registeredAt?.getTime()) {
        sessionsTrusted.set(`${row.session} ${row.family}`, row.number);
        return;
      }
      forget.run(world, row.family, row.session);
      names.forget(row.family, row.session);
    },
  };
}

interface KeptRow {
  /** The ARN up to the number. */
  readonly family: string;
  readonly number: number;
  readonly session: string;
  readonly described: string;
}

async function parse(text: string): Promise<DescribedRevision | undefined> {
  const described: unknown = await codec.createDeserializer().read(DescribeTaskDefinitionResponse$, text);
  return isDescribed(described) ? { ...described, tags: described.tags ?? [] } : undefined;
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
