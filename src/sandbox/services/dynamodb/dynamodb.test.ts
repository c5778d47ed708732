import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../start.ts';
import { createSteppedClock } from '../../testing/stepped-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-dynamodb-'));
let sandbox: Sandbox | undefined;
afterEach(async () => {
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(deniedActions: readonly string[] = []): Promise<DynamoDBClient> {
  const clock = createSteppedClock({ start: new Date('2026-03-01T00:00:00Z') });
  sandbox = await startSandbox({ scenario: 'empty', clock, dataFolder: folder, deniedActions });
  return clientOf(sandbox, 'sandbox');
}

function clientOf({ endpoint, region }: Sandbox, accessKeyId: string): DynamoDBClient {
  const credentials = { accessKeyId, secretAccessKey: accessKeyId };
  return new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
}

const TABLE = 'slipway-ledger';
const CREATE = new CreateTableCommand({
  TableName: TABLE,
  BillingMode: 'PAY_PER_REQUEST',
  DeletionProtectionEnabled: true,
  AttributeDefinitions: ['pk', 'sk', 'gpk', 'gsk'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byCluster',
      KeySchema: [
        { AttributeName: 'gpk', KeyType: 'HASH' },
        { AttributeName: 'gsk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
});
const put = (pk: string, sk: string) =>
  new PutItemCommand({
    TableName: TABLE,
    Item: { pk: { S: pk }, sk: { S: sk }, gpk: { S: 'all' }, gsk: { S: sk }, version: { N: '1' } },
    ConditionExpression: 'attribute_not_exists(pk)',
  });

it('a table has the account, its protection, time to live and backups, and is deleted only without protection', async () => {
  const client = await open();
  await client.send(CREATE);
  const { Table } = await client.send(new DescribeTableCommand({ TableName: TABLE }));
  expect(Table).toMatchObject({
    TableArn: `arn:aws:dynamodb:us-east-1:123456789012:table/${TABLE}`,
    TableStatus: 'ACTIVE',
    CreationDateTime: new Date('2026-03-01T00:00:00Z'),
    DeletionProtectionEnabled: true,
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
  });
  await expect(client.send(CREATE)).rejects.toThrow('Table already exists');
  const TimeToLiveSpecification = { AttributeName: 'expires', Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName: TABLE, TimeToLiveSpecification }));
  const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: TABLE }));
  expect(ttl.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
  await client.send(
    new UpdateContinuousBackupsCommand({
      TableName: TABLE,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  );
  const backups = await client.send(new DescribeContinuousBackupsCommand({ TableName: TABLE }));
  expect(backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toMatchObject({
    PointInTimeRecoveryStatus: 'ENABLED',
    RecoveryPeriodInDays: 35,
  });
  await expect(client.send(new DeleteTableCommand({ TableName: TABLE }))).rejects.toThrow(
    'currently protected against deletion',
  );
  const GlobalSecondaryIndexUpdates = [{ Delete: { IndexName: 'byCluster' } }];
  await expect(
    client.send(new UpdateTableCommand({ TableName: TABLE, GlobalSecondaryIndexUpdates })),
  ).rejects.toThrow('Create the table with its indexes');
  await client.send(new UpdateTableCommand({ TableName: TABLE, DeletionProtectionEnabled: false }));
  await client.send(new DeleteTableCommand({ TableName: TABLE }));
  await expect(client.send(put('a', '1'))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

it('a condition lets one of two writers through, and an index, asked by the ARN of the table, finds what both wrote', async () => {
  const client = await open();
  await client.send(CREATE);
  const both = await Promise.allSettled([client.send(put('a', '1')), client.send(put('a', '1'))]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await client.send(put('b', '2'));
  const stale = new UpdateItemCommand({
    TableName: TABLE,
    Key: { pk: { S: 'a' }, sk: { S: '1' } },
    UpdateExpression: 'SET version = :next',
    ConditionExpression: 'version = :before',
    ExpressionAttributeValues: { ':next': { N: '3' }, ':before': { N: '2' } },
  });
  await expect(client.send(stale)).rejects.toBeInstanceOf(ConditionalCheckFailedException);
  const query = new QueryCommand({
    TableName: `arn:aws:dynamodb:us-east-1:123456789012:table/${TABLE}`,
    IndexName: 'byCluster',
    KeyConditionExpression: 'gpk = :all AND gsk > :after',
    ExpressionAttributeValues: { ':all': { S: 'all' }, ':after': { S: '1' } },
    ScanIndexForward: false,
  });
  expect((await client.send(query)).Items?.map(({ pk }) => pk?.S)).toEqual(['b']);
});

it('items and settings of tables survive in a kept sandbox', async () => {
  const before = await open();
  await before.send(CREATE);
  await before.send(put('a', '1'));
  await sandbox?.close();
  const client = await open();
  const { Item } = await client.send(
    new GetItemCommand({ TableName: TABLE, Key: { pk: { S: 'a' }, sk: { S: '1' } } }),
  );
  expect(Item).toMatchObject({ version: { N: '1' } });
  await expect(client.send(new DeleteTableCommand({ TableName: TABLE }))).rejects.toThrow('protected');
});

it('items of a deleted table are not in a later table of its name', async () => {
  const before = await open();
  await before.send(CREATE);
  await before.send(put('a', '1'));
  await before.send(new UpdateTableCommand({ TableName: TABLE, DeletionProtectionEnabled: false }));
  await before.send(new DeleteTableCommand({ TableName: TABLE }));
  await before.send(CREATE);
  await before.send(put('b', '1'));
  await sandbox?.close();
  const client = await open();
  const { Items } = await client.send(new ScanCommand({ TableName: TABLE }));
  expect(Items?.map(({ pk }) => pk?.S)).toEqual(['b']);
});

it('a refused action is named with its table', async () => {
  const client = await open(['dynamodb:PutItem']);
  await client.send(CREATE);
  await expect(client.send(put('a', '1'))).rejects.toThrow(
    `is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:123456789012:table/${TABLE}`,
  );
});
