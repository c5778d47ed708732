import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { ClusterRef } from '../../../shared/model/cluster.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { Task } from '../../../shared/model/task.ts';
import type { Accounts } from '../aws/accounts.ts';
import type { Aws } from '../aws/aws.ts';
import { keepUnlessFull, openCacheDatabase } from '../caches/cache-database.ts';
import { cacheKeyOrRandom } from '../caches/cache-key.ts';
import { readStoppedTasks } from '../catalog/tasks.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Clock, Logger, Paths } from '../ports/ports.ts';
import { rollBack } from '../storage/private-database.ts';
import { openSealedText, sealText } from '../storage/sealed-text.ts';

/** A kept task, and the service that it belonged to; empty for a task without one. */
export interface KeptTask {
  readonly task: Task;
  readonly service: string;
}

/** A kept task with its place. */
export interface PlacedTask extends KeptTask, ClusterRef {
  /** Empty for AWS; what another endpoint said under the same account counts for nothing. */
  readonly endpoint: string;
}

/**
 * Stopped tasks after ECS has forgotten them, about an hour later: state, times, reasons, exit codes and images of their
 * containers, never their variables. Sealed like the other caches, bounded in number and age.
 */
export interface KeptTasks {
  /** Keeps the stopped ones among the tasks; each is written once. */
  keep(place: ClusterRef, service: string, tasks: readonly Task[]): void;
  /** Of a service, the last stopped first. */
  list(place: ServiceRef): readonly Task[];
  find(place: ClusterRef, id: string): KeptTask | undefined;
  /** Those whose id begins with a text, of all places, the last stopped first. */
  search(idPrefix: string, most: number): readonly PlacedTask[];
  close(): void;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS tasks (
    account TEXT NOT NULL, region TEXT NOT NULL, endpoint TEXT NOT NULL, cluster TEXT NOT NULL, id TEXT NOT NULL,
    service TEXT NOT NULL, stopped_at INTEGER NOT NULL, sealed TEXT NOT NULL,
    PRIMARY KEY (account, region, endpoint, cluster, id)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS tasks_of_service ON tasks (account, region, endpoint, cluster, service, stopped_at);
  CREATE INDEX IF NOT EXISTS tasks_by_id ON tasks (id);
  CREATE INDEX IF NOT EXISTS tasks_by_age ON tasks (stopped_at)`;

const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;
const MOST_OF_SERVICE = 500;
/** About 40 MB. */
const MOST_KEPT = 20_000;
/** Ids that are known to be written, so that a page that polls does not write them again. */
const MOST_REMEMBERED = 50_000;

/** Opens the tasks in `stopped-tasks.sqlite` of the data folder. */
export function openKeptTasks(
  place: { readonly paths: Paths; readonly logger: Logger },
  accounts: Pick<Accounts, 'find'>,
  clock: Clock,
): KeptTasks {
  const database = openCacheDatabase(place, 'stopped-tasks', TABLE);
  const key = cacheKeyOrRandom(place);
  const written = new Set<string>();
  const insert = database.prepare(
    'INSERT OR IGNORE INTO tasks (account, region, endpoint, cluster, id, service, stopped_at, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const ofService = database.prepare(
    `SELECT sealed FROM tasks WHERE account = ? AND region = ? AND endpoint = ? AND cluster = ? AND service = ? AND stopped_at >= ?
     ORDER BY stopped_at DESC LIMIT ${MOST_OF_SERVICE}`,
  );
  const byId = database.prepare(
    'SELECT service, sealed FROM tasks WHERE account = ? AND region = ? AND endpoint = ? AND cluster = ? AND id = ?',
  );
  const byPrefix = database.prepare(
    'SELECT account, region, endpoint, cluster, service, sealed FROM tasks WHERE id >= ? AND id < ? ORDER BY stopped_at DESC LIMIT ?',
  );
  const removeOld = database.prepare('DELETE FROM tasks WHERE stopped_at < ?');
  const removeMore = database.prepare(
    `DELETE FROM tasks WHERE rowid IN (SELECT rowid FROM tasks ORDER BY stopped_at DESC LIMIT -1 OFFSET ${MOST_KEPT})`,
  );
  const removeMoreOfService = database.prepare(
    `DELETE FROM tasks WHERE rowid IN (SELECT rowid FROM tasks WHERE account = ? AND region = ? AND endpoint = ? AND cluster = ? AND service = ?
     ORDER BY stopped_at DESC LIMIT -1 OFFSET ${MOST_OF_SERVICE})`,
  );

  const endpointOf = ({ account }: Pick<Scope, 'account'>): string =>
    accounts.find(account).account.endpoint ?? '';
  const oldest = (): number => clock.now().getTime() - KEPT_DAYS * DAY_MS;
  removeOld.run(oldest());

  /** Undefined for one of another version of Slipway. */
  function opened(sealed: unknown): Task | undefined {
    const text = openSealedText(key, String(sealed));
    return text === undefined ? undefined : Task.safeParse(JSON.parse(text)).data;
  }

  return {
    keep({ account, region, cluster }, service, tasks) {
      const endpoint = endpointOf({ account });
      const place = [account, region, endpoint, cluster] as const;
      const fresh = tasks.filter(
        ({ arn, lastStatus, keptAt }) =>
          lastStatus === 'STOPPED' && keptAt === undefined && !written.has(`${endpoint} ${arn}`),
      );
      if (fresh.length === 0) return;
      if (written.size > MOST_REMEMBERED) written.clear();
      const now = clock.now();
      keepUnlessFull(() => {
        database.exec('BEGIN');
        try {
          for (const task of fresh) {
            const stoppedAt = Date.parse(task.stoppedAt ?? '') || now.getTime();
            const sealed = sealText(key, JSON.stringify({ ...task, keptAt: now.toISOString() }));
            insert.run(...place, task.id, service, stoppedAt, sealed);
            written.add(`${endpoint} ${task.arn}`);
          }
          removeMoreOfService.run(...place, service);
          removeOld.run(oldest());
          removeMore.run();
          database.exec('COMMIT');
        } catch (error) {
          rollBack(database);
          throw error;
        }
      });
    },
    list({ account, region, cluster, service }) {
      const rows = ofService.all(account, region, endpointOf({ account }), cluster, service, oldest());
      return rows.flatMap(({ sealed }) => opened(sealed) ?? []);
    },
    find({ account, region, cluster }, id) {
      const row = byId.get(account, region, endpointOf({ account }), cluster, id);
      const task = row === undefined ? undefined : opened(row.sealed);
      return row === undefined || task === undefined ? undefined : { task, service: String(row.service) };
    },
    search: (idPrefix, most) =>
      byPrefix.all(idPrefix, `${idPrefix}\u{10FFFF}`, most).flatMap((row) => {
        const task = opened(row.sealed);
        if (task === undefined) return [];
        const { account, region, endpoint, cluster, service } = row;
        return [
          {
            account: String(account),
            region: String(region),
            endpoint: String(endpoint),
            cluster: String(cluster),
            service: String(service),
            task,
          },
        ];
      }),
    close: () => database.close(),
  };
}

/** ECS shows a stopped task for about an hour: twice in that time is enough, and a third for a read that failed. */
const ROUND_MS = 20 * 60_000;
const MOST_FOLLOWED = 100;

interface KeeperDependencies {
  readonly aws: Pick<Aws, 'ecs' | 'mayAsk'>;
  readonly kept: KeptTasks;
  readonly logger: Logger;
  readonly clock: Clock;
}

type KeptReads = Pick<Handlers, 'services.tasks' | 'services.get' | 'releases.watch'>;

/** Keeps the stopped tasks of services whose pages were opened, or whose deployments were watched, since the start. */
export interface TaskKeeper {
  /** The same reads. The list of tasks has the kept ones that ECS no longer has behind its own. */
  keeping(reads: KeptReads): KeptReads;
  /** Reads the stopped tasks of the followed services that no page has read lately. */
  round(signal: AbortSignal): Promise<void>;
  /** Does so every 20 minutes until it is stopped. */
  start(): () => void;
}

export function createTaskKeeper({ aws, kept, logger, clock }: KeeperDependencies): TaskKeeper {
  /** When the tasks of a service were read last; the one opened last at the end. */
  const followed = new Map<string, { readonly ref: ServiceRef; readonly readAt: number }>();

  function follow(ref: ServiceRef, readAt: number | undefined): void {
    const { account, region, cluster, service } = ref;
    const id = JSON.stringify([account, region, cluster, service]);
    const before = followed.get(id)?.readAt;
    followed.delete(id);
    followed.set(id, { ref: { account, region, cluster, service }, readAt: readAt ?? before ?? 0 });
    for (const first of followed.keys()) if (followed.size > MOST_FOLLOWED) followed.delete(first);
  }

  async function readOne(ref: ServiceRef, signal: AbortSignal): Promise<void> {
    try {
      const tasks = await readStoppedTasks({ ecs: aws.ecs(ref, 'background'), signal }, ref);
      kept.keep(ref, ref.service, tasks);
      follow(ref, clock.now().getTime());
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      logger.debug({ err: error, service: ref.service }, 'Stopped tasks were not read');
    }
  }

  async function round(signal: AbortSignal): Promise<void> {
    const since = clock.now().getTime() - ROUND_MS;
    // A copy: each read moves its service to the end.
    const all = [...followed.values()];
    for (const { ref, readAt } of all) {
      if (signal.aborted) return;
      if (readAt < since && !aws.mayAsk(ref)) await readOne(ref, signal);
    }
  }

  return {
    keeping: (reads) => ({
      'services.get': async (ref, context) => {
        const detail = await reads['services.get'](ref, context);
        follow(ref, undefined);
        return detail;
      },
      'releases.watch': (input, context) => {
        follow(input, undefined);
        return reads['releases.watch'](input, context);
      },
      'services.tasks': async (ref, context) => {
        const tasks = await reads['services.tasks'](ref, context);
        kept.keep(ref, ref.service, tasks);
        follow(ref, clock.now().getTime());
        const there = new Set(tasks.map(({ arn }) => arn));
        return [...tasks, ...kept.list(ref).filter(({ arn }) => !there.has(arn))];
      },
    }),
    round,
    start() {
      const ended = new AbortController();
      const timer = setInterval(() => {
        round(ended.signal).catch((error: unknown) =>
          logger.warn({ err: error }, 'Stopped tasks were not kept'),
        );
      }, ROUND_MS).unref();
      return () => {
        clearInterval(timer);
        ended.abort();
      };
    },
  };
}
