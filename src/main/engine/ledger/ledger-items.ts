import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** An item as plain values: texts, numbers, booleans, lists and maps of them. */
export type LedgerItem = Readonly<Record<string, unknown>>;

/** An expression of DynamoDB with what stands for its `#names` and `:values`. */
export interface Expression {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: LedgerItem;
}

/** An item as DynamoDB answers it. */
export type StoredItem = Parameters<typeof unmarshall>[0];

/** Others write to the table too: a number that JavaScript cannot hold is rounded, and does not hide the other items of an answer. */
export function plainItem(item: StoredItem): LedgerItem {
  return unmarshall(item, { wrapNumbers: Number });
}

export function marshalled(item: LedgerItem) {
  return marshall(item, { removeUndefinedValues: true });
}

/** A refused write answers what is there: "ReturnValuesOnConditionCheckFailure". */
export function conditional(condition: Expression | undefined, change?: Expression) {
  const both = [condition, change].filter((each) => each !== undefined);
  return {
    ...placeholders(...both),
    ...(condition === undefined
      ? {}
      : {
          ConditionExpression: condition.expression,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
        }),
  };
}

/** DynamoDB refuses empty maps of names and values. */
export function placeholders(...expressions: readonly Expression[]) {
  const names = Object.assign({}, ...expressions.map((each) => each.names)) as Record<string, string>;
  const values = Object.assign({}, ...expressions.map((each) => each.values)) as LedgerItem;
  return {
    ...(Object.keys(names).length === 0 ? {} : { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: marshalled(values) }),
  };
}
