import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { Instant, type Scope } from '../../../shared/model/account.ts';
import { Cluster, type ClusterRef } from '../../../shared/model/cluster.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import {
  type KeptService,
  ServiceDetail,
  type ServiceListEvent,
  type ServiceRef,
  ServiceRow,
} from '../../../shared/model/service.ts';
import type { Accounts } from '../aws/accounts.ts';
import type { KeptAnswers, KeptScope } from '../caches/kept-answers.ts';
import type { Environments } from '../environments/environments.ts';
import type { Handlers } from '../ports/handlers.ts';

type Reads = Pick<Handlers, 'clusters.list' | 'services.list' | 'services.get'>;

/** A row of an earlier reading. */
export interface KeptServiceRow {
  readonly row: ServiceRow;
  readonly readAt: string;
}

const Clusters = z.array(Cluster);
const Rows = z.array(lazyObject(() => ({ row: ServiceRow, readAt: Instant })));

/** What AWS answered at an earlier start, for a start without a network. */
export interface LastVisit {
  /** Undefined where the clusters of the account and region were never read. */
  clusters(scope: Scope): { readonly clusters: readonly Cluster[]; readonly readAt: string } | undefined;
  /** Empty where the services of the cluster were never read. */
  rows(cluster: ClusterRef): readonly KeptServiceRow[];
  service(service: ServiceRef): KeptService | undefined;
  /**
   * The same reads. Their answers are kept; a service list that AWS can't be reached for sends the kept rows with their
   * age before it fails.
   */
  keeping(reads: Reads): Reads;
}

interface LastVisitDependencies {
  readonly accounts: Accounts;
  readonly answers: KeptAnswers;
  readonly environments: Environments;
  readonly now: () => Date;
}

/** Reads and writes `answers`. Environments are those of the rules of now. */
export function createLastVisit({ accounts, answers, environments, now }: LastVisitDependencies): LastVisit {
  function scopeOf({ account, region }: Scope): KeptScope {
    return { account, region, endpoint: accounts.find(account).account.endpoint ?? '' };
  }

  /** Undefined where there is none, and for one of another version. */
  function read<Answer>(
    scope: Scope,
    name: string,
    schema: z.ZodType<Answer>,
  ): { readonly answer: Answer; readonly readAt: string } | undefined {
    const kept = answers.read(scopeOf(scope), name);
    const parsed = schema.safeParse(kept?.answer);
    if (kept === undefined || !parsed.success) return undefined;
    return { answer: parsed.data, readAt: kept.readAt.toISOString() };
  }

  function rows(cluster: ClusterRef): readonly KeptServiceRow[] {
    return read(cluster, rowsName(cluster.cluster), Rows)?.answer ?? [];
  }

  return {
    clusters(scope) {
      const kept = read(scope, CLUSTERS, Clusters);
      if (kept === undefined) return undefined;
      const { account } = accounts.find(scope.account);
      const clusters = kept.answer.map((cluster) => ({
        ...cluster,
        environment: environments.guardOf({ account, cluster: cluster.name }).environment,
      }));
      return { clusters, readAt: kept.readAt };
    },
    rows,
    service(ref) {
      const kept = read(ref, serviceName(ref), ServiceDetail);
      if (kept === undefined) return undefined;
      const { account } = accounts.find(ref.account);
      const { environment } = environments.guardOf({ account, cluster: ref.cluster, service: ref.service });
      return { detail: { ...kept.answer, environment }, readAt: kept.readAt };
    },
    keeping: (reads) => ({
      'clusters.list': async (scope, context) => {
        const clusters = await reads['clusters.list'](scope, context);
        answers.keep(scopeOf(scope), CLUSTERS, clusters);
        return clusters;
      },
      'services.list': async (input, context) => {
        const readAt = new Map<string, string>();
        let hasNames = false;
        const emit = (event: ServiceListEvent): void => {
          if (event.kind === 'names') hasNames = true;
          if (event.kind === 'kept') for (const row of event.rows) readAt.set(row.name, row.readAt);
          if (event.kind === 'rows') for (const { name } of event.rows) readAt.delete(name);
          context.emit(event);
        };
        try {
          const startedAt = now().toISOString();
          const read = await reads['services.list'](input, { ...context, emit });
          const kept = read.map((row) => ({ row, readAt: readAt.get(row.name) ?? startedAt }));
          answers.keep(scopeOf(input), rowsName(input.cluster), kept);
          return read;
        } catch (error) {
          if (isUnreachable(error) && !hasNames) sendKept(rows(input), context.emit);
          throw error;
        }
      },
      'services.get': async (ref, context) => {
        const detail = await reads['services.get'](ref, context);
        // A deployment that was in progress then can't be followed without a network.
        const { activeDeploymentArn: _then, ...kept } = detail;
        answers.keep(scopeOf(ref), serviceName(ref), kept);
        return detail;
      },
    }),
  };
}

const CLUSTERS = 'clusters';

function rowsName(cluster: string): string {
  return `services ${cluster}`;
}

function serviceName({ cluster, service }: ServiceRef): string {
  return `service ${cluster}/${service}`;
}

/** Whether no answer of AWS came at all. */
export function isUnreachable(error: unknown): error is SlipwayError {
  return error instanceof SlipwayError && error.detail.unreachable !== undefined;
}

function sendKept(kept: readonly KeptServiceRow[], emit: (event: ServiceListEvent) => void): void {
  if (kept.length === 0) return;
  emit({ kind: 'names', names: kept.map(({ row }) => row.name) });
  emit({ kind: 'rows', rows: kept.map(({ row }) => row) });
  emit({ kind: 'kept', rows: kept.map(({ row, readAt }) => ({ name: row.name, readAt })) });
}
