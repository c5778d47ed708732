import { SlipwayError } from '../../../shared/errors.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Expression, LedgerItem } from './ledger-items.ts';
import { clusterHoldKey, type ItemKey, lockKey } from './ledger-keys.ts';
import type { Ledger, Ledgers, Written } from './ledger-table.ts';
import type { ItemUpdate } from './lock-item.ts';

/** A service, or a whole cluster where none is named. */
export type HoldPlace = Omit<ServiceRef, 'service'> & { readonly service?: string | undefined };

/** What locks need of the ledger: single items, conditions, and a time that nobody's clock can change. */
export interface LockTable {
  /** Changes one item where the condition holds, and answers the item as it is then: changed, or in the way. */
  update(key: ItemKey, change: ItemUpdate): Promise<{ readonly isWritten: boolean; readonly item: unknown }>;
  /** Items by their keys; undefined for one that does not exist. */
  read(keys: readonly ItemKey[]): Promise<readonly unknown[]>;
  /** The items of a partition from a sort key on, in order. */
  from(key: ItemKey): Promise<readonly unknown[]>;
  /** Throws CONFLICT for a table that is no ledger, to which nothing is written. */
  ready(): Promise<void>;
  put(item: LedgerItem & ItemKey): Promise<void>;
  remove(key: ItemKey): Promise<void>;
  /** AWS's time in milliseconds, never later than it is; undefined before the first answer. */
  now(): number | undefined;
}

/** The ledger of a place, with the keys of its locks. */
export interface LedgerOfPlace {
  readonly table: LockTable;
  /** Whether a release without its lock is refused. */
  readonly isRequired: boolean;
}

/** More than the time of an answer may be ahead of AWS: it counts half a second for what the header leaves out. */
const AHEAD_MS = 1_000;

/**
 * The tables of the ledgers. Their time is that of AWS's last answer, carried on by a monotonic clock: a clock of
 * this machine that is set forward by an hour must not make the locks of others look lapsed. That clock stands still
 * while a machine sleeps; then the time is too early, and nothing is taken from anybody.
 */
export function createLockTables(
  ledgers: Pick<Ledgers, 'ledgerOf'>,
  elapsed: () => number,
): (place: HoldPlace) => LedgerOfPlace | undefined {
  const answers = new Map<string, { readonly time: number; readonly at: number }>();
  return (place) => {
    const ledger = ledgers.ledgerOf(place);
    if (ledger === undefined) return undefined;
    const key = JSON.stringify([ledger.account, ledger.region]);
    const onAnswer = (): void => {
      answers.set(key, { time: ledger.ledgerTime().getTime() - AHEAD_MS, at: elapsed() });
    };
    const now = (): number | undefined => {
      const answer = answers.get(key);
      return answer === undefined ? undefined : answer.time + elapsed() - answer.at;
    };
    return { table: lockTable(ledger, onAnswer, now), isRequired: ledger.isRequired };
  };
}

function lockTable(ledger: Ledger, onAnswer: () => void, now: LockTable['now']): LockTable {
  const answered = async <Answer>(send: Promise<Answer>): Promise<Answer> => {
    const answer = await send;
    onAnswer();
    return answer;
  };
  return {
    now,
    async update(key, { update, condition, values }) {
      const change = expressionOf(update, values);
      const only = condition === '' ? undefined : expressionOf(condition, values);
      return itemOf(await answered(ledger.update(key, change, only)));
    },
    ready: () => ledger.ready(),
    read: (keys) => answered(Promise.all(keys.map((key) => ledger.get(key)))),
    async from({ pk, sk }) {
      const where = { expression: 'pk = :pk AND sk >= :sk', values: { ':pk': pk, ':sk': sk } };
      // A waiter that is not seen yet would be passed over.
      const { items } = await answered(ledger.query({ where, isConsistent: true }));
      return items;
    },
    async put(item) {
      await answered(ledger.put(item));
    },
    async remove(key) {
      await answered(ledger.remove(key));
    },
  };
}

/** The names of attributes and the values that an expression uses: DynamoDB refuses others. */
function expressionOf(expression: string, values: LedgerItem): Expression {
  const names = [...expression.matchAll(/#(\w+)/g)].map(([name, attribute = '']) => [name, attribute]);
  const used = new Set(expression.match(/:\w+/g));
  return {
    expression,
    names: Object.fromEntries(names) as Record<string, string>,
    values: Object.fromEntries(Object.entries(values).filter(([name]) => used.has(name))),
  };
}

function itemOf(written: Written): { readonly isWritten: boolean; readonly item: unknown } {
  return written.kind === 'written'
    ? { isWritten: true, item: written.item }
    : { isWritten: false, item: written.found };
}

/** Where the lock or the hold of a place is. */
export function holdKeyOf({ service, ...cluster }: HoldPlace): ItemKey {
  return service === undefined ? clusterHoldKey(cluster) : lockKey({ ...cluster, service });
}

export function noLedger({ cluster, service }: HoldPlace): SlipwayError {
  const name = service === undefined ? `the cluster ${cluster}` : `${cluster}/${service}`;
  return new SlipwayError(
    'INVALID_INPUT',
    `No ledger is set for ${name}, so it has no locks and no holds. Set \`ledger\` in a rule of environments.yml or slipway.yml.`,
  );
}
