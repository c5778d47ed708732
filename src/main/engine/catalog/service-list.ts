import { setTimeout as wait } from 'node:timers/promises';
import {
  DescribeServicesCommand,
  paginateListServices,
  type Service,
  type ServiceRevision,
} from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import type { ClusterRef } from '../../../shared/model/cluster.ts';
import type { ServiceListEvent, ServiceRow } from '../../../shared/model/service.ts';
import { lastPartOf } from '../aws/arns.ts';
import { batchesOf, eachOfFew, type ReadingOrder } from '../ecs/batches.ts';
import { withDeployedRevision } from '../ecs/deployed-revision.ts';
import { gatherReads } from '../ecs/gathered-reads.ts';
import type { Read } from './deployments.ts';
import type { NeverChanging } from './immutable-answers.ts';
import { type KeptRow, type KeptRows, namesToRefresh } from './kept-rows.ts';
import type { KnownFindings } from './known-findings.ts';
import type { LastOutcomes } from './last-outcomes.ts';
import { concernsAll, optionalRead } from './optional-reads.ts';
import { currentRevisionArns, toServiceRow } from './service-row.ts';

/** DescribeServices takes up to 10. */
const BATCH = 10;
const ATTEMPTS = 2;
/** DescribeServiceRevisions takes up to 20. */
const REVISIONS_PER_CALL = 20;
/** Services that are looked into, of those that are not failing. */
const LOOKED_UP = 20;
const LOOKED_UP_IN_A_REFRESH = 2;
/** A window draws its first list in that time. Looking into the services takes the processor from it. */
const FIRST_DRAWING_MS = 200;

/** What a refresh of a list that was read before describes first. */
export interface Refresh {
  readonly visible: readonly string[];
  /** When Slipway last changed a service, by name. */
  readonly changed: ReadonlyMap<string, Date>;
}

interface ListDependencies {
  readonly kept: NeverChanging;
  readonly outcomes: LastOutcomes;
  readonly findings: KnownFindings;
  /** Rows of the last time that the list was read, if it was. */
  readonly before: KeptRows | undefined;
  /** What is on the screen and what Slipway has changed. Missing: every service is described. */
  readonly refresh: Refresh | undefined;
  readonly order: ReadingOrder;
  readonly now: () => Date;
  readonly emit: (event: ServiceListEvent) => void;
}

/**
 * All services of a cluster by name. Sends what was read before at once, then the names, then rows in batches of ten. A
 * batch that fails twice is sent as stale, and the others continue. What went between list and description is left out.
 * A refresh describes some of the services; the other rows stay as they were read, and their age is sent with them.
 */
export async function readServiceList(
  read: Read,
  ref: ClusterRef,
  { kept, outcomes, findings, before, refresh, order, now, emit }: ListDependencies,
): Promise<KeptRows> {
  const { cluster } = ref;
  if (before !== undefined) sendKept(before, emit);
  const names = await listServiceNames(read, cluster);
  emit({ kind: 'names', names });
  const isPartial = before !== undefined && refresh !== undefined;
  const wanted = isPartial ? namesToRefresh(names, before, refresh) : names;
  const readAt = now();

  const sent = new Map<string, ServiceRow>();
  const revisionsOf = revisionReader(read, kept);
  const toRows = async (services: readonly Service[]): Promise<ServiceRow[]> => {
    const revisions = await revisionsOf(services);
    return services.map((service) =>
      toServiceRow(service, {
        revisions,
        last: outcomes.known(service),
        findings: findings.known(service),
        now: now(),
      }),
    );
  };
  // Two batches side by side, since one request reads the service revisions of both.
  const perPair = await eachOfFew(batchesOf(wanted, 2 * BATCH), async (pair) => {
    await order.turn(read.signal);
    const described = await Promise.all(
      batchesOf(pair, BATCH).map((batch) =>
        readOrStale(batch, (wanted) => describeServices(read, cluster, wanted), emit),
      ),
    );
    const batchesOfRows = await Promise.all(
      described.map((batch) => toRows(batch.state === 'read' ? batch.services : [])),
    );
    for (const rows of batchesOfRows) {
      for (const row of rows) sent.set(row.name, row);
      if (rows.length > 0) emit({ kind: 'rows', rows });
    }
    return described;
  });
  const batches = perPair.flat();
  const services = servicesOf(batches);

  if (before === undefined && refresh !== undefined) {
    await wait(FIRST_DRAWING_MS, undefined, { signal: read.signal });
  }
  // Each new service takes several requests, so only a few are looked up each time the list is read.
  const limit = isPartial ? LOOKED_UP_IN_A_REFRESH : LOOKED_UP;
  const looked = await Promise.all([
    outcomes.lookUpSome(read, ref, services, kept, limit),
    findings.lookUpSome(read, ref, services, limit),
  ]);
  const corrected = (await toRows([...new Set(looked.flat())])).filter(
    (row) =>
      row.state !== sent.get(row.name)?.state ||
      row.failedCause !== sent.get(row.name)?.failedCause ||
      row.problem?.sentence !== sent.get(row.name)?.problem?.sentence,
  );
  if (corrected.length > 0) emit({ kind: 'rows', rows: corrected });
  const rows: [string, KeptRow][] = (await toRows(services)).map((row) => [row.name, { row, readAt }]);
  const described = new Set(wanted);
  for (const name of names) {
    const unread = described.has(name) ? undefined : before?.get(name);
    if (unread !== undefined) rows.push([name, unread]);
  }
  return new Map(rows.toSorted(([one], [other]) => one.localeCompare(other)));
}

/** The rows of the last time, and when each was read. */
function sendKept(before: KeptRows, emit: ListDependencies['emit']): void {
  const kept = [...before.values()];
  emit({ kind: 'names', names: [...before.keys()] });
  emit({ kind: 'rows', rows: kept.map(({ row }) => row) });
  emit({
    kind: 'kept',
    rows: kept.map(({ row, readAt }) => ({ name: row.name, readAt: readAt.toISOString() })),
  });
}

/** The names of all services of a cluster, sorted (ListServices). */
export async function listServiceNames({ ecs, signal }: Read, cluster: string): Promise<string[]> {
  const names: string[] = [];
  const pages = paginateListServices({ client: ecs, pageSize: 100 }, { cluster }, { abortSignal: signal });
  for await (const page of pages) names.push(...(page.serviceArns ?? []).map(lastPartOf));
  return names.toSorted((one, other) => one.localeCompare(other));
}

/** Up to 10 services of a cluster (DescribeServices). Those that are gone are left out. */
export async function describeServices(
  { ecs, signal }: Read,
  cluster: string,
  names: readonly string[],
): Promise<readonly Service[]> {
  const command = new DescribeServicesCommand({ cluster, services: [...names] });
  const { services = [] } = await ecs.send(command, { abortSignal: signal });
  return services.map(withDeployedRevision);
}

/**
 * Service revisions of batches that are read side by side, in few requests. The image version of a row is optional:
 * where service revisions cannot be read, the list is still a list.
 */
function revisionReader(
  read: Read,
  kept: NeverChanging,
): (services: readonly Service[]) => Promise<ReadonlyMap<string, ServiceRevision>> {
  const gathered = gatherReads({ size: REVISIONS_PER_CALL, read: (arns) => kept.revisions(read, arns) });
  return (services) => optionalRead(gathered(services.flatMap(currentRevisionArns)), new Map());
}

type Batch =
  | { readonly state: 'read'; readonly services: readonly Service[] }
  | { readonly state: 'stale'; readonly error: unknown };

/** Reads a batch, a second time if it fails; then its rows are stale. What would meet all batches ends the list. */
async function readOrStale(
  names: readonly string[],
  readBatch: (names: readonly string[]) => Promise<readonly Service[]>,
  emit: (event: ServiceListEvent) => void,
): Promise<Batch> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { state: 'read', services: await readBatch(names) };
    } catch (error) {
      if (!(error instanceof SlipwayError) || concernsAll(error)) throw error;
      if (attempt < ATTEMPTS) continue;
      emit({ kind: 'stale', names: [...names], message: error.message });
      return { state: 'stale', error };
    }
  }
}

/** The services of all batches that could be read. When none could, the list has failed. */
function servicesOf(batches: readonly Batch[]): readonly Service[] {
  const failures = batches.filter((batch) => batch.state === 'stale');
  const [failure] = failures;
  if (failure !== undefined && failures.length === batches.length) throw failure.error;
  return batches.flatMap((batch) => (batch.state === 'read' ? batch.services : []));
}
