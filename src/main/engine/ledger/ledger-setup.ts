import { setTimeout as wait } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  type ScanCommandOutput,
  type TableDescription,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { SlipwayError } from '../../../shared/errors.ts';
import type { LedgerPlan } from '../../../shared/model/ledger.ts';
import type { Accounts } from '../aws/accounts.ts';
import type { Aws } from '../aws/aws.ts';
import { readCallerIdentity } from '../aws/caller-identity.ts';
import { awsErrorName } from '../aws/errors.ts';
import type { Environments } from '../environments/environments.ts';
import { requireGuardAllows } from '../environments/guarded-change.ts';
import type { Journal } from '../journal/journal.ts';
import { recordStep } from '../journal/record-step.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Clock, Logger } from '../ports/ports.ts';
import { withEndsOfOthers } from './ends-of-others.ts';
import type { LedgerEntries } from './ledger-entries.ts';
import { ledgerError, type NamedLedger } from './ledger-errors.ts';
import { plainItem } from './ledger-items.ts';
import { BY_CLUSTER, BY_DAY, EXPIRES, SCHEMA_KEY } from './ledger-keys.ts';
import { COST, type PoliciesFor, policiesOf } from './ledger-policies.ts';
import { SCHEMA_VERSION } from './ledger-schema.ts';

interface SetupDependencies {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly aws: Pick<Aws, 'dynamodb' | 'sts'>;
  readonly environments: Pick<Environments, 'guardOf'>;
  readonly journal: Pick<Journal, 'entries'>;
  /** Settles the open entries whose deployments have ended. */
  readonly catalog: Pick<Handlers, 'services.deployments'>;
  readonly entries: LedgerEntries;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Between two looks at a table that is being made. */
  readonly pollIntervalMs: number;
}

interface WantedLedger extends PoliciesFor {
  readonly account: string;
  readonly keepDays?: number | undefined;
}

/** A call that the plan shows, and how it is sent. */
interface Call {
  readonly operation: string;
  readonly input: object;
  readonly send: (client: DynamoDBClient) => Promise<unknown>;
}

type LedgerMethods =
  | 'ledger.plan'
  | 'ledger.create'
  | 'ledger.sync'
  | 'ledger.older'
  | 'ledger.share'
  | 'ledger.export';

export function createLedgerHandlers(dependencies: SetupDependencies): Pick<Handlers, LedgerMethods> {
  const { accounts, aws, catalog } = dependencies;
  const readDeployments = catalog['services.deployments'];
  const entries = withEndsOfOthers(dependencies.entries, { ...dependencies, readDeployments });
  return {
    async 'ledger.plan'(wanted, { signal }) {
      return (await planned(dependencies, wanted, signal)).plan;
    },
    async 'ledger.create'({ confirmation, overrides, ...wanted }, { signal }) {
      await create(dependencies, wanted, { confirmation, overrides }, signal);
      return (await planned(dependencies, wanted, signal)).plan;
    },
    'ledger.sync': ({ place }, { signal }) => entries.sync(place, signal),
    'ledger.older': ({ place }, { signal }) => entries.older(place, signal),
    'ledger.share': ({ seconds }) => entries.share(seconds * 1_000),
    async 'ledger.export'({ table, ...scope }, { emit, signal }) {
      const client = aws.dynamodb(scope, 'clicked');
      let count = 0;
      let from: ScanCommandOutput['LastEvaluatedKey'];
      do {
        const scan = new ScanCommand({
          TableName: table,
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        });
        const { Items = [], LastEvaluatedKey } = await client
          .send(scan, { abortSignal: signal })
          .catch((error: unknown) => {
            throw ledgerError(error, { ...scope, accountName: nameOf(accounts, scope), table });
          });
        emit({ items: Items.map(plainItem) });
        count += Items.length;
        from = LastEvaluatedKey;
      } while (from !== undefined);
      return { count };
    },
  };
}

async function planned(
  { accounts, aws, environments }: SetupDependencies,
  wanted: WantedLedger,
  signal: AbortSignal,
): Promise<{ readonly plan: LedgerPlan; readonly calls: readonly Call[] }> {
  const { account: id, region, table } = wanted;
  const client = aws.dynamodb({ account: id, region }, 'clicked');
  const named = { ...wanted, accountName: nameOf(accounts, wanted) };
  const found = await describeTable(client, named, signal);
  const state = found === undefined ? 'missing' : isLedger(found) ? 'ready' : 'other';
  const calls =
    state === 'other'
      ? []
      : state === 'missing'
        ? allCalls(wanted)
        : await missingCalls(client, wanted, signal);
  const { confirm } = environments.guardOf({ account: accounts.find(id).account, region });
  const plan: LedgerPlan = {
    table,
    region,
    state: state === 'ready' && calls.length > 0 ? 'incomplete' : state,
    calls: calls.map(({ operation, input }) => ({ operation, input: JSON.stringify(input, undefined, 2) })),
    ...policiesOf(wanted),
    cost: COST,
    ...(confirm === 'name' ? { confirmation: table } : {}),
  };
  return { plan, calls };
}

async function create(
  dependencies: SetupDependencies,
  wanted: WantedLedger,
  answers: { readonly confirmation: string | undefined; readonly overrides: readonly string[] | undefined },
  signal: AbortSignal,
): Promise<void> {
  const { accounts, aws, environments, journal, clock } = dependencies;
  const { account: id, region, table } = wanted;
  const { account } = accounts.find(id);
  const guard = environments.guardOf({ account, region });
  requireGuardAllows(guard, { place: account.name, word: table, ...answers }, clock.now());
  const { plan, calls } = await planned(dependencies, wanted, signal);
  if (plan.state === 'other') {
    throw new SlipwayError(
      'CONFLICT',
      `Nothing was sent. The table ${table} in ${region} exists and is not a ledger: its keys are others. Choose another name.`,
    );
  }
  if (calls.length === 0) return;
  const scope = { account: id, region };
  const client = aws.dynamodb(scope, 'clicked');
  const callerIdentity = await readCallerIdentity(dependencies, scope, signal);
  const entry = journal.entries.begin({
    ...scope,
    subject: table,
    kind: 'change',
    title: `Create the ledger ${table}`,
    calls: calls.map(({ operation }) => ({ operation, target: table })),
    ...(callerIdentity === undefined ? {} : { callerIdentity }),
  });
  try {
    for (const { operation, send } of calls) {
      await recordStep(journal.entries, {
        entry,
        operation,
        send: () => send(client),
        resultOf: () => undefined,
      });
      const named = { ...wanted, accountName: account.name };
      if (operation === 'CreateTable') await untilActive(client, named, dependencies.pollIntervalMs);
    }
    journal.entries.update(entry, { state: 'done' });
  } catch (error) {
    const sentence =
      error instanceof SlipwayError ? error.message : 'It failed unexpectedly. See the log for details.';
    journal.entries.update(entry, { state: 'failed', sentence });
    throw error;
  }
}

function nameOf(accounts: SetupDependencies['accounts'], { account }: { readonly account: string }): string {
  return accounts.find(account).account.name;
}

async function describeTable(
  client: DynamoDBClient,
  wanted: NamedLedger,
  signal: AbortSignal,
): Promise<TableDescription | undefined> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: wanted.table }), {
      abortSignal: signal,
    });
    return Table;
  } catch (error) {
    if (awsErrorName(error) === 'ResourceNotFoundException') return undefined;
    throw ledgerError(error, wanted);
  }
}

const MOST_LOOKS = 120;

/** "DynamoDB sets the status to ACTIVE": https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html */
async function untilActive(client: DynamoDBClient, wanted: NamedLedger, pollMs: number): Promise<void> {
  const never = new AbortController().signal;
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const found = await describeTable(client, wanted, never);
    if (found?.TableStatus === 'ACTIVE') return;
    await wait(pollMs);
  }
  throw new SlipwayError(
    'TIMEOUT',
    `The table ${wanted.table} was created and is not active yet. Create the ledger again in a minute: what is missing is added.`,
  );
}

function isLedger({ KeySchema = [], GlobalSecondaryIndexes = [] }: TableDescription): boolean {
  const keys = KeySchema.map(({ AttributeName }) => AttributeName).join();
  const indexes = GlobalSecondaryIndexes.map(({ IndexName }) => IndexName);
  return keys === 'pk,sk' && indexes.includes(BY_CLUSTER) && indexes.includes(BY_DAY);
}

function allCalls(wanted: WantedLedger): readonly Call[] {
  const input = tableOf(wanted);
  return [
    { operation: 'CreateTable', input, send: (client) => client.send(new CreateTableCommand(input)) },
    timeToLive(wanted),
    ...(wanted.recovery ? [recovery(wanted)] : []),
    schemaItem(wanted),
  ];
}

/** What a table that has the keys lacks. */
async function missingCalls(
  client: DynamoDBClient,
  wanted: WantedLedger,
  signal: AbortSignal,
): Promise<readonly Call[]> {
  const TableName = wanted.table;
  const options = { abortSignal: signal };
  const schema = new GetItemCommand({ TableName, Key: marshall(SCHEMA_KEY) });
  const [{ TimeToLiveDescription }, backups, { Item: schemaThere }] = await Promise.all([
    client.send(new DescribeTimeToLiveCommand({ TableName }), options),
    wanted.recovery ? client.send(new DescribeContinuousBackupsCommand({ TableName }), options) : undefined,
    client.send(schema, options),
  ]);
  const point = backups?.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  return [
    ...(TimeToLiveDescription?.TimeToLiveStatus === 'DISABLED' ? [timeToLive(wanted)] : []),
    ...(point?.PointInTimeRecoveryStatus === 'DISABLED' ? [recovery(wanted)] : []),
    ...(schemaThere === undefined ? [schemaItem(wanted)] : []),
  ];
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html */
function tableOf({ table, kmsKey }: WantedLedger): CreateTableCommandInput {
  const index = (IndexName: string, hash: string, range: string) => ({
    IndexName,
    KeySchema: keys(hash, range),
    Projection: { ProjectionType: 'ALL' as const },
  });
  return {
    TableName: table,
    AttributeDefinitions: ['pk', 'sk', 'gpk', 'gsk', 'dpk', 'dsk'].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S' as const,
    })),
    KeySchema: keys('pk', 'sk'),
    GlobalSecondaryIndexes: [index(BY_CLUSTER, 'gpk', 'gsk'), index(BY_DAY, 'dpk', 'dsk')],
    BillingMode: 'PAY_PER_REQUEST',
    DeletionProtectionEnabled: true,
    // Without a key of the account, AWS encrypts with one that it owns.
    ...(kmsKey === undefined
      ? {}
      : { SSESpecification: { Enabled: true, SSEType: 'KMS' as const, KMSMasterKeyId: kmsKey } }),
  };
}

function keys(hash: string, range: string) {
  return [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
}

function timeToLive({ table }: WantedLedger): Call {
  const input = { TableName: table, TimeToLiveSpecification: { AttributeName: EXPIRES, Enabled: true } };
  const command = new UpdateTimeToLiveCommand(input);
  return { operation: 'UpdateTimeToLive', input, send: (client) => client.send(command) };
}

function recovery({ table }: WantedLedger): Call {
  const input = {
    TableName: table,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  };
  const command = new UpdateContinuousBackupsCommand(input);
  return { operation: 'UpdateContinuousBackups', input, send: (client) => client.send(command) };
}

function schemaItem({ table, keepDays }: WantedLedger): Call {
  const item = { ...SCHEMA_KEY, version: SCHEMA_VERSION, leastWriter: SCHEMA_VERSION, keepDays };
  const input = { TableName: table, Item: marshall(item, { removeUndefinedValues: true }) };
  return { operation: 'PutItem', input, send: (client) => client.send(new PutItemCommand(input)) };
}
