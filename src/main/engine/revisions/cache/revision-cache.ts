import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import {
  type DescribeTaskDefinitionResponse,
  DescribeTaskDefinitionResponse$,
  type ECSClient,
} from '@aws-sdk/client-ecs';
import { JsonCodec } from '@aws-sdk/core/protocols';
import type { Scope } from '../../../../shared/model/account.ts';
import { keepUnlessFull, openCacheDatabase } from '../../caches/cache-database.ts';
import { cacheKeyOrRandom } from '../../caches/cache-key.ts';
import { AWS_NAMESPACE, cacheNamespaceAt, customEndpoint } from '../../caches/cache-namespace.ts';
import type { DescribedRevision } from '../../ecs/describe-revision.ts';
import { placeInFamily } from '../../ecs/revision-arn.ts';
import type { Logger, Paths } from '../../ports/ports.ts';
import { openSealedText, sealText } from '../../storage/sealed-text.ts';
import { CACHED_ANSWERS_TABLE, type CachedAnswers, createCachedAnswers } from './cached-answers.ts';
import { type CachedNames, createCachedNames, KEPT_NAMES_TABLE } from './cached-names.ts';

/**
 * Described revisions, kept because the content of a revision never changes. Its status and its tags can: what is kept
 * has those of the day it was read. Variables may hold secrets, so that the content is sealed (see cache-key.ts), and only
 * the newest MOST_KEPT that were read stay.
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
  readonly names: CachedNames;
  /** Returns that hold for some minutes. */
  readonly answers: CachedAnswers;
}

/** The caches of all accounts. */
export interface RevisionCaches {
  /** The cache for what a client reads. */
  of(ecs: ECSClient, scope: Scope): Promise<RevisionCache>;
  close(): void;
}

const MOST_KEPT = 50_000;

/** Tables of earlier versions had the content in the clear. */
const TABLES = `
  DROP TABLE IF EXISTS task_definitions;
  DROP TABLE IF EXISTS revisions;
  CREATE TABLE IF NOT EXISTS sealed_revisions (
    namespace TEXT NOT NULL, arn TEXT NOT NULL, family TEXT NOT NULL, number INTEGER NOT NULL, session TEXT NOT NULL,
    described TEXT NOT NULL, PRIMARY KEY (namespace, arn)
  ) STRICT;
  DELETE FROM sealed_revisions WHERE rowid <= (SELECT max(rowid) FROM sealed_revisions) - ${MOST_KEPT};
  ${KEPT_NAMES_TABLE};
  ${CACHED_ANSWERS_TABLE}`;

/** What AWS said is true in every session. */
const ANY_SESSION = '';

/** Opens the caches in `revisions.sqlite` of the data folder. */
export function openRevisionCaches(place: {
  readonly paths: Paths;
  readonly logger: Logger;
}): RevisionCaches {
  const database = openCacheDatabase(place, 'revisions', TABLES);
  const key = cacheKeyOrRandom(place);
  const caches = new Map<string, RevisionCache>();
  return {
    async of(ecs, scope) {
      const endpoint = await customEndpoint(ecs);
      const name = JSON.stringify([scope.account, scope.region, endpoint]);
      const known = caches.get(name);
      if (known !== undefined) return known;
      const trust =
        endpoint === undefined
          ? { cacheNamespace: AWS_NAMESPACE, session: ANY_SESSION }
          : { cacheNamespace: cacheNamespaceAt(scope.account), session: randomUUID() };
      const cache = cacheIn(database, { ...trust, sessionsTrusted: new Map(), key }, name);
      caches.set(name, cache);
      return cache;
    },
    close: () => database.close(),
  };
}

/** Writes and reads by the SDK's own schema, so that times are times again. */
const codec = new JsonCodec({ timestampFormat: { useTrait: true, default: 7 }, jsonName: false });

interface Trust {
  readonly cacheNamespace: string;
  readonly session: string;
  /** What the content is sealed with. */
  readonly key: Uint8Array;
  /** Up to which revision of a family an earlier session has told of this very past, by `session family`. */
  readonly sessionsTrusted: Map<string, number>;
}

function cacheIn(database: DatabaseSync, trust: Trust, answersOf: string): RevisionCache {
  const { cacheNamespace, session, sessionsTrusted, key } = trust;
  const select = database.prepare(
    'SELECT number, family, session, described FROM sealed_revisions WHERE namespace = ? AND arn = ?',
  );
  const insert = database.prepare(
    'INSERT OR REPLACE INTO sealed_revisions (namespace, arn, family, number, session, described) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const forget = database.prepare(
    'DELETE FROM sealed_revisions WHERE namespace = ? AND family = ? AND session = ?',
  );

  const isTrusted = (writer: string, family: string, number: number): boolean =>
    writer === session || number <= (sessionsTrusted.get(`${writer} ${family}`) ?? 0);
  const names = createCachedNames(database, { cacheNamespace, session, isTrusted });

  function rowOf(arn: string): CachedRow | undefined {
    const row = select.get(cacheNamespace, arn);
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
    answers: createCachedAnswers(database, answersOf),
    async read(arn) {
      const row = rowOf(arn);
      if (row === undefined || !isTrusted(row.session, row.family, row.number)) return undefined;
      return parse(openSealedText(key, row.described));
    },
    write(revision) {
      const { taskDefinitionArn: arn } = revision.taskDefinition;
      const { family, number } = placeInFamily(arn);
      const serializer = codec.createSerializer();
      serializer.write(DescribeTaskDefinitionResponse$, revision);
      const sealed = sealText(key, String(serializer.flush()));
      keepUnlessFull(() => void insert.run(cacheNamespace, arn, family, number, session, sealed));
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
      const kept = await parse(openSealedText(key, row.described));
      const before = kept?.taskDefinition.registeredAt?.getTime();
      if (before !== undefined && before === now?.taskDefinition.registeredAt?.getTime()) {
        sessionsTrusted.set(`${row.session} ${row.family}`, row.number);
        return;
      }
      forget.run(cacheNamespace, row.family, row.session);
      names.forget(row.family, row.session);
    },
  };
}

interface CachedRow {
  /** The ARN up to the number. */
  readonly family: string;
  readonly number: number;
  readonly session: string;
  readonly described: string;
}

async function parse(text: string | undefined): Promise<DescribedRevision | undefined> {
  if (text === undefined) return undefined;
  const described: unknown = await codec.createDeserializer().read(DescribeTaskDefinitionResponse$, text);
  return isDescribed(described) ? { ...described, tags: described.tags ?? [] } : undefined;
}

/** The codec checks the SDK's schema; fields that the schema leaves optional are checked here. */
function isDescribed(
  value: unknown,
): value is DescribeTaskDefinitionResponse & Pick<DescribedRevision, 'taskDefinition'> {
  if (typeof value !== 'object' || value === null || !('taskDefinition' in value)) return false;
  const { taskDefinition } = value;
  if (typeof taskDefinition !== 'object' || taskDefinition === null) return false;
  return 'taskDefinitionArn' in taskDefinition && typeof taskDefinition.taskDefinitionArn === 'string';
}
