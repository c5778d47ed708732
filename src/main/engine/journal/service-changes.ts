import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { ClusterRef } from '../../../shared/model/cluster.ts';
import { DeploymentOutcome } from '../../../shared/model/deployment.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import { PlanKind } from '../../../shared/model/plan.ts';
import { withoutNulls } from './entry-rows.ts';
import type { SameAccount } from './entry-search.ts';

/** What an entry about a service says, without its steps and its evidence: those of a year are read in one query. */
const ServiceChange = lazyObject(() => ({
  id: z.string(),
  service: z.string(),
  kind: PlanKind,
  title: z.string(),
  at: z.string(),
  settledAt: z.string().optional(),
  outcome: DeploymentOutcome.optional(),
  taskDefinitionArn: z.string().optional(),
  deploymentArn: z.string().optional(),
  /** The ARN of the task definition that the service was on when the change was planned. */
  base: z.string().optional(),
  callerIdentity: z.string().optional(),
  why: z.string().optional(),
  link: z.string().optional(),
}));
export type ServiceChange = Readonly<z.infer<typeof ServiceChange>>;

/** The recorded changes of a service around a moment. */
export interface ChangesAround {
  readonly service: string;
  /** The newest deployment or rollback that had succeeded by then. */
  readonly before?: ServiceChange;
  /** The first deployment or rollback that was started after it. */
  readonly after?: ServiceChange;
}

/** Reads the changes of services. */
export interface ServiceChanges {
  /** Of each service of a cluster that was ever changed, the changes around a moment. One query. */
  around(cluster: ClusterRef, at: Date): readonly ChangesAround[];
  /** The changes of services that ended after `since`, or have not ended, and were started until `until`; newest first. */
  between(
    cluster: ClusterRef,
    range: { readonly since: Date; readonly until: Date },
    limit: number,
  ): readonly ServiceChange[];
}

const COLUMNS = `e.id, e.subject AS service, e.kind, e.title, e.at, e.settled_at AS settledAt, e.outcome,
  e.task_definition_arn AS taskDefinitionArn, e.deployment_arn AS deploymentArn, e.base,
  e.caller_identity AS callerIdentity, e.why, e.link`;

const IN_CLUSTER =
  'account IN (SELECT value FROM json_each($accounts)) AND region = $region AND cluster = $cluster';

/** For each service two short walks along the index of its entries. */
const AROUND = `
  WITH services AS (SELECT DISTINCT subject FROM entries WHERE cluster = $cluster AND kind IN ('deploy', 'rollback'))
  SELECT 'before' AS side, ${COLUMNS} FROM services AS s JOIN entries AS e ON e.rowid = (
    SELECT rowid FROM entries WHERE ${IN_CLUSTER} AND subject = s.subject AND at <= $at AND kind IN ('deploy', 'rollback')
      AND outcome = 'succeeded' AND settled_at <= $at AND task_definition_arn IS NOT NULL ORDER BY at DESC LIMIT 1)
  UNION ALL
  SELECT 'after' AS side, ${COLUMNS} FROM services AS s JOIN entries AS e ON e.rowid = (
    SELECT rowid FROM entries WHERE ${IN_CLUSTER} AND subject = s.subject AND at > $at AND kind IN ('deploy', 'rollback')
      AND base IS NOT NULL ORDER BY at LIMIT 1)`;

/** A change that took longer is older than any deployment. */
const LONGEST_CHANGE_MS = 7 * 24 * 60 * 60 * 1000;

const BETWEEN = `
  SELECT ${COLUMNS} FROM entries AS e
  WHERE ${IN_CLUSTER} AND at > $from AND at <= $until AND coalesce(settled_at, $until) > $since
    AND kind IN (${PlanKind.options.map((kind) => `'${kind}'`).join(', ')})
  ORDER BY at DESC, rowid DESC LIMIT $limit`;

export function createServiceChanges(database: DatabaseSync, sameAccount: SameAccount): ServiceChanges {
  const placeOf = ({ account, region, cluster }: ClusterRef) => ({
    accounts: JSON.stringify(sameAccount(account)),
    region,
    cluster,
  });
  return {
    around(cluster, at) {
      const rows = database.prepare(AROUND).all({ ...placeOf(cluster), at: at.toISOString() });
      const services = new Map<string, { before?: ServiceChange; after?: ServiceChange }>();
      for (const { side, ...row } of rows) {
        const change = ServiceChange.parse(withoutNulls(row));
        const known = services.get(change.service) ?? {};
        services.set(change.service, { ...known, [side === 'before' ? 'before' : 'after']: change });
      }
      return [...services].map(([service, changes]) => ({ service, ...changes }));
    },
    between(cluster, { since, until }, limit) {
      const rows = database.prepare(BETWEEN).all({
        ...placeOf(cluster),
        from: new Date(since.getTime() - LONGEST_CHANGE_MS).toISOString(),
        since: since.toISOString(),
        until: until.toISOString(),
        limit,
      });
      return rows.map((row) => ServiceChange.parse(withoutNulls(row)));
    },
  };
}
