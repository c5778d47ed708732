import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { AwsError, type AwsJsonService, operation, operationsByName } from '../../aws-api/service.ts';
import { checkExpressions, type Expressions } from './expression-limits.ts';
import type { ChangedKey, ItemStore } from './item-store.ts';
import { nameInArn, tableOperations } from './table-operations.ts';

/**
 * DynamoDB: dynalite answers what is about items, and the sandbox what dynalite has not. Transactions, PartiQL, streams, global
 * tables and restores are missing. Items stay when their time to live has passed: AWS removes them "within a few days".
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
 */
export function createDynamoDb(storeIn: (region: string) => ItemStore, now: () => Date): AwsJsonService {
  /** The answer of dynalite, or its error as AWS's. */
  async function ask<Output>(
    region: string,
    send: (client: DynamoDBClient) => Promise<Output>,
  ): Promise<Output> {
    try {
      return await send(await storeIn(region).client());
    } catch (error) {
      throw error instanceof DynamoDBServiceException ? asAwsError(error) : error;
    }
  }

  const write = <Output>(
    region: string,
    keys: readonly ChangedKey[],
    send: (client: DynamoDBClient) => Promise<Output>,
  ): Promise<Output> => storeIn(region).write(keys, () => ask(region, send));

  /** A write with a condition. A refused one says what is there where the request asks for that, which dynalite does not. */
  async function writeItem<Output>(
    region: string,
    { table, key, asksForItem }: ReturnType<typeof changedBy>,
    send: (client: DynamoDBClient) => Promise<Output>,
  ): Promise<Output> {
    try {
      return await write(region, [{ table, key }], send);
    } catch (error) {
      const isRefused = error instanceof AwsError && error.code === 'ConditionalCheckFailedException';
      if (!isRefused || !asksForItem) throw error;
      const Item = await storeIn(region).read({ table, key });
      throw new AwsError(error.code, error.message, error.status, Item === undefined ? {} : { Item }, false);
    }
  }

  return {
    name: 'DynamoDB',
    targetPrefix: 'DynamoDB_20120810',
    // "The maximum item size is 400 KB", and BatchWriteItem takes 16 MB.
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
    bodyLimit: 16 * 1024 * 1024,
    operations: operationsByName([
      ...tableOperations(storeIn, ask, now),
      operation(GetItemCommand, (input, { region }) =>
        ask(region, (client) => client.send(new GetItemCommand(forDynalite(input)))),
      ),
      operation(BatchGetItemCommand, (input, { region }) =>
        ask(region, (client) => client.send(new BatchGetItemCommand(input))),
      ),
      operation(QueryCommand, (input, { region }) =>
        ask(region, (client) => client.send(new QueryCommand(forDynalite(input)))),
      ),
      operation(ScanCommand, (input, { region }) =>
        ask(region, (client) => client.send(new ScanCommand(forDynalite(input)))),
      ),
      operation(ListTablesCommand, (input, { region }) =>
        ask(region, (client) => client.send(new ListTablesCommand(input))),
      ),
      operation(PutItemCommand, (input, { region }) =>
        writeItem(region, changedBy(input, input.Item), (client) =>
          client.send(new PutItemCommand(forDynalite(input))),
        ),
      ),
      operation(UpdateItemCommand, (input, { region }) =>
        writeItem(region, changedBy(input, input.Key), (client) =>
          client.send(new UpdateItemCommand(forDynalite(input))),
        ),
      ),
      operation(DeleteItemCommand, (input, { region }) =>
        writeItem(region, changedBy(input, input.Key), (client) =>
          client.send(new DeleteItemCommand(forDynalite(input))),
        ),
      ),
      operation(BatchWriteItemCommand, (input, { region }) => {
        const keys = Object.entries(input.RequestItems ?? {}).flatMap(([table, requests]) =>
          requests.map(({ PutRequest, DeleteRequest }) => ({
            table,
            key: PutRequest?.Item ?? DeleteRequest?.Key ?? {},
          })),
        );
        return write(region, keys, (client) => client.send(new BatchWriteItemCommand(input)));
      }),
    ]),
  };
}

/**
 * A request that dynalite can answer. It takes no ARN of a table:
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html.
 */
function forDynalite<Input extends Expressions & { readonly TableName: string | undefined }>(
  input: Input,
): Input {
  checkExpressions(input);
  return { ...input, TableName: nameInArn(input.TableName) };
}

/** The item that a write is about. `key`: its key, or the whole item. */
function changedBy(
  {
    TableName,
    ReturnValuesOnConditionCheckFailure,
  }: Pick<PutItemCommandInput, 'TableName' | 'ReturnValuesOnConditionCheckFailure'>,
  key: ChangedKey['key'] = {},
) {
  const asksForItem = ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
  return { table: nameInArn(TableName), key, asksForItem };
}

function asAwsError(error: DynamoDBServiceException): AwsError {
  const { name, message, $metadata } = error;
  // dynalite leaves out some of the texts of AWS.
  const text = message === '' || message === 'UnknownError' ? (TEXTS[name] ?? '') : message;
  return new AwsError(name, text, $metadata.httpStatusCode ?? 400, {}, false);
}

const TEXTS: Readonly<Record<string, string>> = {
  ResourceInUseException: 'Table already exists',
  ResourceNotFoundException: 'Requested resource not found',
};
