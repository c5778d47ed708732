import * as api from '@aws-sdk/client-dynamodb';
import type { ApiCalls } from './api-caller.ts';

/** For the test of every operation: a table of DynamoDB and its items. */
export const TABLE_CALLS: ApiCalls = {
  tables: async ({ tables }) => {
    const TableName = 'walked';
    const Key = { id: { S: 'one' } };
    const { TableDescription } = await tables(
      new api.CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        SSESpecification: { Enabled: true, SSEType: 'KMS' },
        Tags: [{ Key: 'team', Value: 'shop' }],
      }),
    );
    const ResourceArn = TableDescription?.TableArn;
    await tables(new api.DescribeTableCommand({ TableName }));
    await tables(new api.ListTablesCommand({}));
    await tables(new api.UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
    await tables(new api.UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
    await tables(new api.TagResourceCommand({ ResourceArn, Tags: [{ Key: 'stage', Value: 'test' }] }));
    await tables(new api.ListTagsOfResourceCommand({ ResourceArn }));
    await tables(new api.UntagResourceCommand({ ResourceArn, TagKeys: ['stage'] }));
    const TimeToLiveSpecification = { AttributeName: 'expires', Enabled: true };
    await tables(new api.UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
    await tables(new api.DescribeTimeToLiveCommand({ TableName }));
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
    await tables(new api.UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
    await tables(new api.DescribeContinuousBackupsCommand({ TableName }));
    await tables(new api.PutItemCommand({ TableName, Item: { ...Key, count: { N: '1' } } }));
    await tables(
      new api.UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: 'SET label = :label',
        ExpressionAttributeValues: { ':label': { L: [{ S: 'first' }, { BOOL: true }] } },
        ReturnValues: 'ALL_NEW',
      }),
    );
    await tables(new api.GetItemCommand({ TableName, Key }));
    const query = { KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': Key.id } };
    await tables(new api.QueryCommand({ TableName, ...query }));
    await tables(new api.ScanCommand({ TableName }));
    await tables(new api.BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [Key] } } }));
    const PutRequest = { Item: { id: { S: 'two' } } };
    await tables(new api.BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest }] } }));
    await tables(new api.DeleteItemCommand({ TableName, Key }));
    await tables(new api.DeleteTableCommand({ TableName }));
  },
};
