import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { FinalizeRequestMiddleware, MiddlewareStack } from '@smithy/types';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Accounts } from '../aws/accounts.ts';
import type { Aws, Priority } from '../aws/aws.ts';
import type { Environments } from '../environments/environments.ts';
import type { Clock } from '../ports/ports.ts';
import { ledgerError, silentLedger } from './ledger-errors.ts';
import {
  conditional,
  type Expression,
  type LedgerItem,
  marshalled,
  placeholders,
  plainItem,
  type StoredItem,
} from './ledger-items.ts';
import { type ItemKey, SCHEMA_KEY } from './ledger-keys.ts';
import { createMark, type LedgerMark } from './ledger-mark.ts';

/** What became of a write: where its condition did not hold, the item that is there, if there is one. */
export type Written =
  | { readonly kind: 'written'; readonly item: LedgerItem | undefined }
  | { readonly kind: 'refused'; readonly found: LedgerItem | undefined };

export interface LedgerQuery {
  readonly index?: string;
  readonly where: Expression;
  readonly newestFirst?: true;
  /** Sees each write before it; an index can't. */
  readonly isConsistent?: true;
  readonly limit?: number;
  /** `next` of the page before. */
  readonly from?: LedgerItem | undefined;
}

/** Who wants what. */
interface SendOptions {
  readonly signal?: AbortSignal;
}

/**
 * The table of a team in the account of a place. Every method is one request. They throw SlipwayErrors: FORBIDDEN without the
 * right to it, NOT_FOUND without a table, CONFLICT for a table that is no ledger, THROTTLED, UNAVAILABLE, and TIMEOUT where it
 * does not answer within some seconds.
 */
export interface Ledger {
  readonly account: string;
  readonly region: string;
  readonly table: string;
  /** Whether a rule refuses releases while it can't be asked. */
  readonly isRequired: boolean;
  /** Consistent. */
  get(key: ItemKey, options?: SendOptions): Promise<LedgerItem | undefined>;
  put(item: LedgerItem & ItemKey, condition?: Expression, options?: SendOptions): Promise<Written>;
  /** `change`: an update expression, such as `SET version = :version`. Answers the item as it is then. */
  update(key: ItemKey, change: Expression, condition?: Expression, options?: SendOptions): Promise<Written>;
  remove(key: ItemKey, condition?: Expression, options?: SendOptions): Promise<Written>;
  /** Up to 1 MB. `next` where there is more. */
  query(
    wanted: LedgerQuery,
    options?: SendOptions,
  ): Promise<{ readonly items: readonly LedgerItem[]; readonly next?: LedgerItem }>;
  /**
   * Throws CONFLICT for a table that is no ledger, and what its request throws. It sends one the first time in a process.
   * Afterwards ledgerTime is AWS's.
   */
  ready(): Promise<void>;
  /** AWS's time, by the answers of this table; before the first one, that of this machine. */
  ledgerTime(): Date;
}

/** A place whose rules may name a ledger. */
interface LedgerPlace {
  readonly account: string;
  readonly region: string;
  readonly cluster?: string | undefined;
  readonly service?: string | undefined;
}

/** The ledgers that the rules of environments name. */
export interface Ledgers {
  /** Undefined where no rule names one. Sends nothing. */
  ledgerOf(place: LedgerPlace, priority?: Priority): Ledger | undefined;
  /** The ledger of a table that need not be in a rule. */
  open(
    account: string,
    table: { readonly table: string; readonly region: string; readonly required?: boolean | undefined },
    priority?: Priority,
  ): Ledger;
}

interface LedgerDependencies {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly aws: Pick<Aws, 'dynamodb'>;
  readonly environments: Pick<Environments, 'guardOf'>;
  readonly clock: Clock;
  /** How long a request may take with its retries; some seconds where it is missing. */
  readonly requestMs?: number | undefined;
}

/** A release waits for its ledger, so a region that is down must not hold it up for long. */
const REQUEST_MS = 8_000;

export function createLedgers({
  accounts,
  aws,
  environments,
  clock,
  requestMs = REQUEST_MS,
}: LedgerDependencies): Ledgers {
  /** Milliseconds that AWS is ahead of this machine, by account and region. */
  const offsets = new Map<string, number>();
  const timed = new WeakSet<DynamoDBClient>();
  const marks = new Map<string, LedgerMark>();

  const open: Ledgers['open'] = (account, { table, region, required = false }, priority = 'clicked') => {
    const key = JSON.stringify([account, region]);
    const onAnswer = (date: Date): void => void offsets.set(key, date.getTime() - clock.now().getTime());
    const client = (): DynamoDBClient => {
      const shared = aws.dynamodb({ account, region }, priority);
      if (!timed.has(shared)) tellTime(shared, onAnswer);
      timed.add(shared);
      return shared;
    };
    return openLedger(
      { account, region, table, isRequired: required },
      {
        client,
        marks,
        accountName: accounts.find(account).account.name,
        requestMs,
        ledgerTime: () => new Date(clock.now().getTime() + (offsets.get(key) ?? 0)),
      },
    );
  };

  return {
    open,
    ledgerOf({ account: id, region, cluster, service }, priority) {
      const { account } = accounts.find(id);
      const rule = environments.guardOf({ account, region, cluster, service }).ledger;
      return rule === undefined ? undefined : open(id, { ...rule, region: rule.region ?? region }, priority);
    },
  };
}

/** Tells the time of each answer of a client. */
function tellTime(client: DynamoDBClient, onAnswer: (date: Date) => void): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const date = dateOf(result.response);
      if (date !== undefined) onAnswer(date);
      return result;
    },
    { step: 'deserialize', name: 'slipwayLedgerTime', priority: 'low' },
  );
}

/** Half a second is what the header leaves out on average. */
function dateOf(response: unknown): Date | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const { headers } = response;
  const text: unknown =
    typeof headers === 'object' && headers !== null ? Reflect.get(headers, 'date') : undefined;
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time + 500);
}

interface LedgerConnection {
  readonly client: () => DynamoDBClient;
  /** The name of the account, for sentences. */
  readonly accountName: string;
  readonly requestMs: number;
  readonly ledgerTime: () => Date;
  /** Of the tables of this process. */
  readonly marks: Map<string, LedgerMark>;
}

/** A command of the SDK: its requests have a middleware of their own. */
interface Limited<Input extends object, Output extends object> {
  readonly middlewareStack: MiddlewareStack<Input, Output>;
}

/** Aborts so many milliseconds after the credentials are there: a person who signs in may take longer. */
function limitOf<Input extends object, Output extends object>(
  { middlewareStack }: Limited<Input, Output>,
  milliseconds: number,
): AbortSignal {
  const limit = new AbortController();
  const middleware: FinalizeRequestMiddleware<Input, Output> = (next) => async (args) => {
    const timer = setTimeout(() => limit.abort(), milliseconds);
    try {
      return await next(args);
    } finally {
      clearTimeout(timer);
    }
  };
  middlewareStack.addRelativeTo(middleware, {
    relation: 'before',
    toMiddleware: 'retryMiddleware',
    name: 'slipwayLedgerLimit',
  });
  return limit.signal;
}

function openLedger(
  place: Pick<Ledger, 'account' | 'region' | 'table' | 'isRequired'>,
  { client, accountName, requestMs, ledgerTime, marks }: LedgerConnection,
): Ledger {
  const { table: TableName } = place;
  const named = { ...place, accountName };

  async function limited<Input extends object, Output extends object, Answer>(
    command: Limited<Input, Output>,
    { signal }: SendOptions = {},
    send: (options: { readonly abortSignal: AbortSignal }) => Promise<Answer>,
  ): Promise<Answer> {
    const limit = limitOf(command, requestMs);
    try {
      return await send({ abortSignal: signal === undefined ? limit : AbortSignal.any([limit, signal]) });
    } catch (error) {
      if (!limit.aborted || !(error instanceof SlipwayError) || error.code !== 'CANCELLED') throw error;
      throw silentLedger(place, requestMs);
    }
  }

  const sent: typeof limited = async (...request) => {
    try {
      return await limited(...request);
    } catch (error) {
      throw ledgerError(error, named);
    }
  };

  const readItem = async (key: ItemKey, options?: SendOptions): Promise<LedgerItem | undefined> => {
    const command = new GetItemCommand({ TableName, Key: marshall(key), ConsistentRead: true });
    const { Item } = await sent(command, options, (limit) => client().send(command, limit));
    return Item === undefined ? undefined : plainItem(Item);
  };

  const name = JSON.stringify([place.account, place.region, TableName]);
  const mark = marks.get(name) ?? createMark(named, () => readItem(SCHEMA_KEY));
  marks.set(name, mark);

  const write = async <Input extends object, Output extends object>(
    command: Limited<Input, Output>,
    options: SendOptions | undefined,
    send: (options: {
      readonly abortSignal: AbortSignal;
    }) => Promise<{ Attributes?: StoredItem | undefined }>,
  ): Promise<Written> => {
    await mark.require();
    try {
      const { Attributes } = await limited(command, options, send);
      return { kind: 'written', item: Attributes === undefined ? undefined : plainItem(Attributes) };
    } catch (error) {
      const cause = error instanceof SlipwayError ? error.cause : error;
      if (!(cause instanceof ConditionalCheckFailedException)) throw ledgerError(error, named);
      return { kind: 'refused', found: cause.Item === undefined ? undefined : plainItem(cause.Item) };
    }
  };

  return {
    ...place,
    ready: () => mark.require(),
    ledgerTime,
    get(key, options) {
      mark.lookAhead();
      return readItem(key, options);
    },
    put(item, condition, options) {
      const command = new PutItemCommand({ TableName, Item: marshalled(item), ...conditional(condition) });
      return write(command, options, (limit) => client().send(command, limit));
    },
    update(key, change, condition, options) {
      const command = new UpdateItemCommand({
        TableName,
        Key: marshall(key),
        UpdateExpression: change.expression,
        ReturnValues: 'ALL_NEW',
        ...conditional(condition, change),
      });
      return write(command, options, (limit) => client().send(command, limit));
    },
    remove(key, condition, options) {
      const command = new DeleteItemCommand({ TableName, Key: marshall(key), ...conditional(condition) });
      return write(command, options, (limit) => client().send(command, limit));
    },
    async query({ index, where, newestFirst, isConsistent, limit, from }, options) {
      mark.lookAhead();
      const command = new QueryCommand({
        TableName,
        ...(index === undefined ? {} : { IndexName: index }),
        KeyConditionExpression: where.expression,
        ...placeholders(where),
        ...(newestFirst === undefined ? {} : { ScanIndexForward: false }),
        ...(isConsistent === undefined ? {} : { ConsistentRead: true }),
        ...(limit === undefined ? {} : { Limit: limit }),
        ...(from === undefined ? {} : { ExclusiveStartKey: marshalled(from) }),
      });
      const { Items = [], LastEvaluatedKey } = await sent(command, options, (limit) =>
        client().send(command, limit),
      );
      return {
        items: Items.map((item) => plainItem(item)),
        ...(LastEvaluatedKey === undefined ? {} : { next: plainItem(LastEvaluatedKey) }),
      };
    },
  };
}
