/** The key of an item of the ledger. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** A service in the table of its account: the account is no part of a key. */
interface LedgerService {
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
}

/** What an entry of the journal says of its place and time. */
interface EntryPlace {
  readonly id: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly region: string;
  readonly cluster?: string | undefined;
  readonly kind: string;
  readonly subject: string;
}

/** The index of the entries of a cluster, newest last, by when they were stored. */
export const BY_CLUSTER = 'byCluster';
/** The index of the entries of a day of the account. */
export const BY_DAY = 'byDay';
/** The attribute by which AWS removes items, in seconds since 1970. */
export const EXPIRES = 'expires';

/** The kinds of changes whose subject is a service. */
const OF_SERVICES: ReadonlySet<string> = new Set([
  'deploy',
  'scale',
  'change',
  'rollback',
  'stop',
  'hold',
  'withdrawal',
]);

/** All that is about one service is in one partition. */
export function servicePartition({ region, cluster, service }: LedgerService): string {
  return `service#${region}#${cluster}#${service}`;
}

export function entryKey(entry: EntryPlace): ItemKey {
  const { id, at, region, cluster, kind, subject } = entry;
  const pk =
    cluster !== undefined && OF_SERVICES.has(kind)
      ? servicePartition({ region, cluster, service: subject })
      : `account#${region}#${kind}#${subject}`;
  return { pk, sk: `${ENTRY}${at}#${id}` };
}

/** What the sort keys of entries begin with. */
export const ENTRY = 'entry#';

export function lockKey(service: LedgerService): ItemKey {
  return { pk: servicePartition(service), sk: 'lock' };
}

/** Those that wait for the lock of a service, the longest first. */
export const WAITER = 'wait#';

/** Beside the key of the lock. */
export function waiterKey({ pk }: Pick<ItemKey, 'pk'>, since: string, id: string): ItemKey {
  return { pk, sk: `${WAITER}${since}#${id}` };
}

export function clusterHoldKey({ region, cluster }: Pick<LedgerService, 'region' | 'cluster'>): ItemKey {
  return { pk: `cluster#${region}#${cluster}`, sk: 'hold' };
}

export function sharedPlanKey(id: string): ItemKey {
  return { pk: `plan#${id}`, sk: 'plan' };
}

export const SCHEMA_KEY: ItemKey = { pk: 'schema', sk: 'schema' };

/** The partition of the index byCluster. Entries without a cluster have one of their region. */
export function clusterPartition({
  region,
  cluster = '',
}: {
  region: string;
  cluster?: string | undefined;
}): string {
  return `${region}#${cluster}`;
}

/** The partition of the index byDay, for a moment in UTC. */
export function dayPartition(storedAt: string): string {
  return `day#${storedAt.slice(0, 10)}`;
}

/** The keys of both indexes, for an entry that is stored at this moment. */
export function indexKeys(
  entry: Pick<EntryPlace, 'id' | 'region' | 'cluster'>,
  storedAt: string,
): Readonly<Record<'gpk' | 'gsk' | 'dpk' | 'dsk', string>> {
  const sk = `${storedAt}#${entry.id}`;
  return { gpk: clusterPartition(entry), gsk: sk, dpk: dayPartition(storedAt), dsk: sk };
}

/** Tells ledgers apart. */
export function ledgerName(ledger: {
  readonly account: string;
  readonly region: string;
  readonly table: string;
}): string {
  const { account, region, table } = ledger;
  return `${account} ${region} ${table}`;
}
