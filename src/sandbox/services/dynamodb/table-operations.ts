import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  PointInTimeRecoveryStatus,
  ResourceNotFoundException$,
  type SSESpecification,
  type TableDescription,
  TableNotFoundException$,
  TagResourceCommand,
  TimeToLiveStatus,
  UntagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { awsError, type CallContext, type Operation, operation } from '../../aws-api/service.ts';
import { partitionOf } from '../../core/partition.ts';
import { createTable, type ItemStore, type TableRecord } from './item-store.ts';

/** Sends to dynalite of a region. */
type Ask = <Output>(region: string, send: (client: DynamoDBClient) => Promise<Output>) => Promise<Output>;

const USUAL_RECOVERY_DAYS = 35;
const LATEST_RESTORE_MS = 5 * 60_000;

/** Tables. dynalite has their keys and indexes; deletion protection, encryption, backups, tags and time to live are here. */
export function tableOperations(
  storeIn: (region: string) => ItemStore,
  ask: Ask,
  now: () => Date,
): readonly Operation[] {
  const recordOf = ({ region }: CallContext, table: string | undefined): TableRecord => {
    const name = nameInArn(table);
    const record = storeIn(region).table(name);
    if (record !== undefined) return record;
    throw awsError(ResourceNotFoundException$, `Requested resource not found: Table: ${name} not found`);
  };
  const described = async (context: CallContext, record: TableRecord): Promise<TableDescription> => {
    const { Table = {} } = await ask(context.region, (client) =>
      client.send(new DescribeTableCommand({ TableName: record.name })),
    );
    return description(Table, record, context);
  };

  return [
    operation(CreateTableCommand, async (input, context) => {
      const {
        DeletionProtectionEnabled,
        SSESpecification,
        Tags = [],
        TableClass: _class,
        OnDemandThroughput: _throughput,
        ...made
      } = input;
      const table = (await ask(context.region, (client) => createTable(client, made))) ?? {};
      const record: TableRecord = {
        name: made.TableName ?? '',
        made,
        createdAt: now(),
        isProtected: DeletionProtectionEnabled === true,
        sse: encryptionOf(SSESpecification, context),
        tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
        ttlAttribute: undefined,
        backups: undefined,
      };
      storeIn(context.region).putTable(record);
      return { TableDescription: description(table, record, context) };
    }),

    operation(DescribeTableCommand, async ({ TableName }, context) => ({
      Table: await described(context, recordOf(context, TableName)),
    })),

    operation(UpdateTableCommand, async (input, context) => {
      const { DeletionProtectionEnabled, SSESpecification, ...rest } = input;
      const before = recordOf(context, input.TableName);
      // dynalite would answer these as done, and do nothing.
      if (input.GlobalSecondaryIndexUpdates?.some(({ Create, Delete }) => Create ?? Delete)) {
        throw awsError(
          'ValidationException',
          'The sandbox adds no index to a table and deletes none. Create the table with its indexes.',
        );
      }
      const { TableName: _, ...changes } = rest;
      if (Object.values(changes).some((change) => change !== undefined)) {
        await ask(context.region, (client) => client.send(new UpdateTableCommand(rest)));
      }
      const record: TableRecord = {
        ...before,
        isProtected: DeletionProtectionEnabled ?? before.isProtected,
        sse: SSESpecification === undefined ? before.sse : encryptionOf(SSESpecification, context),
      };
      storeIn(context.region).putTable(record);
      return { TableDescription: await described(context, record) };
    }),

    operation(DeleteTableCommand, async ({ TableName }, context) => {
      const record = recordOf(context, TableName);
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html#WorkingWithTables.Basics.DeletionProtection
      if (record.isProtected) {
        throw awsError(
          'ValidationException',
          'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
        );
      }
      const { TableDescription: table = {} } = await ask(context.region, (client) =>
        client.send(new DeleteTableCommand({ TableName: record.name })),
      );
      storeIn(context.region).deleteTable(record.name);
      return { TableDescription: description(table, record, context) };
    }),

    operation(DescribeTimeToLiveCommand, ({ TableName }, context) => {
      const { ttlAttribute } = recordOf(context, TableName);
      return {
        TimeToLiveDescription:
          ttlAttribute === undefined
            ? { TimeToLiveStatus: TimeToLiveStatus.DISABLED }
            : { TimeToLiveStatus: TimeToLiveStatus.ENABLED, AttributeName: ttlAttribute },
      };
    }),

    operation(UpdateTimeToLiveCommand, ({ TableName, TimeToLiveSpecification }, context) => {
      const record = recordOf(context, TableName);
      const { AttributeName, Enabled = false } = TimeToLiveSpecification ?? {};
      if (Enabled === (record.ttlAttribute !== undefined)) {
        throw awsError('ValidationException', `TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`);
      }
      storeIn(context.region).putTable({ ...record, ttlAttribute: Enabled ? AttributeName : undefined });
      return { TimeToLiveSpecification: { AttributeName, Enabled } };
    }),

    operation(DescribeContinuousBackupsCommand, ({ TableName }, context) => ({
      ContinuousBackupsDescription: backupsOf(knownTable(recordOf, context, TableName), now()),
    })),

    operation(UpdateContinuousBackupsCommand, (input, context) => {
      const record = knownTable(recordOf, context, input.TableName);
      const { PointInTimeRecoveryEnabled = false, RecoveryPeriodInDays: days = USUAL_RECOVERY_DAYS } =
        input.PointInTimeRecoverySpecification ?? {};
      const after: TableRecord = {
        ...record,
        backups: PointInTimeRecoveryEnabled ? { since: record.backups?.since ?? now(), days } : undefined,
      };
      storeIn(context.region).putTable(after);
      return { ContinuousBackupsDescription: backupsOf(after, now()) };
    }),

    operation(TagResourceCommand, ({ ResourceArn, Tags = [] }, context) => {
      const record = recordOf(context, ResourceArn);
      const added = Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
      storeIn(context.region).putTable({ ...record, tags: { ...record.tags, ...added } });
      return {};
    }),

    operation(UntagResourceCommand, ({ ResourceArn, TagKeys = [] }, context) => {
      const record = recordOf(context, ResourceArn);
      const tags = Object.fromEntries(Object.entries(record.tags).filter(([key]) => !TagKeys.includes(key)));
      storeIn(context.region).putTable({ ...record, tags });
      return {};
    }),

    operation(ListTagsOfResourceCommand, ({ ResourceArn }, context) => ({
      Tags: Object.entries(recordOf(context, ResourceArn).tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  ];
}

/** The name in an ARN of a table, or the name itself. */
export function nameInArn(table = ''): string {
  return table.split(':table/').at(-1)?.split('/')[0] ?? table;
}

/** Backups have an error of their own for a table that is missing. */
function knownTable(
  recordOf: (context: CallContext, table: string | undefined) => TableRecord,
  context: CallContext,
  table: string | undefined,
): TableRecord {
  try {
    return recordOf(context, table);
  } catch {
    throw awsError(TableNotFoundException$, `Table not found: ${nameInArn(table)}`);
  }
}

/** What dynalite says of a table, with the sandbox's account and with what dynalite leaves out. */
function description(table: TableDescription, record: TableRecord, context: CallContext): TableDescription {
  const { region, accountId } = context;
  const arn = `arn:${partitionOf(region)}:dynamodb:${region}:${accountId}:table/${record.name}`;
  return {
    ...table,
    TableArn: arn,
    CreationDateTime: record.createdAt,
    DeletionProtectionEnabled: record.isProtected,
    ...(table.GlobalSecondaryIndexes === undefined
      ? {}
      : {
          GlobalSecondaryIndexes: table.GlobalSecondaryIndexes.map((index) => ({
            ...index,
            IndexArn: `${arn}/index/${index.IndexName}`,
          })),
        }),
    ...(record.sse === undefined
      ? {}
      : { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: record.sse.kmsKeyArn } }),
  };
}

/** Undefined for the key that AWS owns. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SSESpecification.html */
function encryptionOf(
  specification: SSESpecification | undefined,
  { region, accountId }: CallContext,
): TableRecord['sse'] {
  if (specification?.Enabled !== true) return undefined;
  const key = specification.KMSMasterKeyId ?? 'alias/aws/dynamodb';
  const arn = `arn:${partitionOf(region)}:kms:${region}:${accountId}:${key.includes('/') ? key : `key/${key}`}`;
  return { kmsKeyArn: key.startsWith('arn:') ? key : arn };
}

function backupsOf({ backups }: TableRecord, now: Date) {
  return {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription:
      backups === undefined
        ? { PointInTimeRecoveryStatus: PointInTimeRecoveryStatus.DISABLED }
        : {
            PointInTimeRecoveryStatus: PointInTimeRecoveryStatus.ENABLED,
            RecoveryPeriodInDays: backups.days,
            EarliestRestorableDateTime: backups.since,
            LatestRestorableDateTime: new Date(
              Math.max(backups.since.getTime(), now.getTime() - LATEST_RESTORE_MS),
            ),
          },
  } as const;
}
