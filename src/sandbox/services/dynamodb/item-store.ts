import { Agent } from 'node:http';
import { type Duplex, duplexPair } from 'node:stream';
import {
  type AttributeValue,
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  type KeySchemaElement,
  PutItemCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { KEEPS_NOTHING, type StoredTable } from '../../storage/table.ts';

type Item = Record<string, AttributeValue>;

/** A table and what dynalite has not: its settings beside keys and indexes. Plain data, replaced as a whole. */
export interface TableRecord {
  readonly name: string;
  /** What dynalite makes it from. */
  readonly made: CreateTableCommandInput;
  readonly createdAt: Date;
  readonly isProtected: boolean;
  readonly sse: { readonly kmsKeyArn: string | undefined } | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly ttlAttribute: string | undefined;
  readonly backups: { readonly since: Date; readonly days: number } | undefined;
}

interface StoredItem {
  readonly table: string;
  readonly item: Item;
}

/** Tables and items of one region. */
export interface ItemStore {
  /** To dynalite in this process, once what was kept is loaded. */
  client(): Promise<DynamoDBClient>;
  table(name: string): TableRecord | undefined;
  putTable(record: TableRecord): void;
  deleteTable(name: string): void;
  read(item: ChangedKey): Promise<Item | undefined>;
  /** Runs writes to items one after the other where they are kept, and keeps what they have left. */
  write<Output>(keys: readonly ChangedKey[], send: () => Promise<Output>): Promise<Output>;
}

/** The key of an item, or the item with its key. */
export interface ChangedKey {
  readonly table: string;
  readonly key: Item;
}

/** dynalite keeps no item where it needs no native code, so the items lie in the sandbox's own store. */
export function createItemStore(stored?: (table: string) => StoredTable): ItemStore {
  const tables = new Map<string, TableRecord>();
  const [keptTables, keptItems] = [stored?.('dynamodb tables'), stored?.('dynamodb items') ?? KEEPS_NOTHING];
  let opened: Promise<DynamoDBClient> | undefined;
  let lastWrite: Promise<unknown> = Promise.resolve();

  // Only this store has written what is stored of it.
  for (const record of (keptTables?.load() ?? []) as readonly TableRecord[]) tables.set(record.name, record);

  const loadItems = () => keptItems.load() as readonly StoredItem[];

  async function open(): Promise<DynamoDBClient> {
    const client = await openClient();
    for (const { made } of tables.values()) await createTable(client, made);
    for (const { table, item } of loadItems()) {
      if (tables.has(table)) await client.send(new PutItemCommand({ TableName: table, Item: item }));
    }
    return client;
  }

  const schemaOf = (table: string): readonly KeySchemaElement[] => tables.get(table)?.made.KeySchema ?? [];

  const idOf = ({ table, key }: ChangedKey): string =>
    JSON.stringify([table, ...Object.values(keyOf(key, schemaOf(table)))]);

  async function read({ table, key }: ChangedKey): Promise<Item | undefined> {
    const Key = keyOf(key, schemaOf(table));
    const client = await store.client();
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
    return Item;
  }

  async function keep({ table, key }: ChangedKey): Promise<void> {
    if (!tables.has(table)) return;
    const item = await read({ table, key });
    keptItems.keep(
      idOf({ table, key }),
      item === undefined ? undefined : ({ table, item } satisfies StoredItem),
    );
  }

  const store: ItemStore = {
    client: () => (opened ??= open()),
    read,
    table: (name) => tables.get(name),
    putTable(record) {
      tables.set(record.name, record);
      keptTables?.keep(record.name, record);
    },
    deleteTable(name) {
      for (const { table, item } of loadItems()) {
        if (table === name) keptItems.keep(idOf({ table, key: item }), undefined);
      }
      tables.delete(name);
      keptTables?.keep(name, undefined);
    },
    write(keys, send) {
      if (stored === undefined) return send();
      const written = lastWrite.then(async () => {
        const output = await send();
        for (const key of keys) await keep(key);
        return output;
      });
      lastWrite = written.catch(() => undefined);
      return written;
    },
  };
  return store;
}

function keyOf(item: Item, schema: readonly KeySchemaElement[]): Item {
  return Object.fromEntries(
    schema.flatMap(({ AttributeName = '' }) => {
      const value = item[AttributeName];
      return value === undefined ? [] : [[AttributeName, value]];
    }),
  );
}

/** Resolves once the table takes items: dynalite makes it active a moment after its answer. */
export async function createTable(
  client: DynamoDBClient,
  input: CreateTableCommandInput,
): Promise<TableDescription | undefined> {
  const { TableDescription: created } = await client.send(new CreateTableCommand(input));
  const describe = new DescribeTableCommand({ TableName: input.TableName });
  let status: string | undefined = 'CREATING';
  while (status === 'CREATING') status = (await client.send(describe)).Table?.TableStatus;
  return created;
}

/** dynalite in this process, without a port that other programs could reach. */
async function openClient(): Promise<DynamoDBClient> {
  // Loaded with the first call: most sandboxes never get one.
  const { default: dynalite } = await import('dynalite');
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  class InProcess extends Agent {
    override createConnection(): Duplex {
      const [ours, theirs] = duplexPair();
      // "This event can also be explicitly emitted by users to inject connections into the HTTP server."
      // https://nodejs.org/api/http.html#event-connection
      server.emit('connection', theirs);
      return ours;
    }
  }
  return new DynamoDBClient({
    endpoint: 'http://dynalite.invalid',
    region: 'us-east-1',
    credentials: { accessKeyId: 'dynalite', secretAccessKey: 'dynalite' },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ httpAgent: new InProcess() }),
  });
}
