import type { LedgerPlan } from '../../../shared/model/ledger.ts';
import { arnIn, dnsSuffixOf } from '../aws/partitions.ts';

/** What the policies of a ledger depend on. */
export interface PoliciesFor {
  readonly region: string;
  readonly table: string;
  readonly recovery: boolean;
  /** An id, an ARN or an alias; undefined for a key that AWS owns. */
  readonly kmsKey?: string | undefined;
}

const TO_CREATE = [
  'CreateTable',
  'DescribeTable',
  'DescribeTimeToLive',
  'UpdateTimeToLive',
  'GetItem',
  'PutItem',
];
const FOR_RECOVERY = ['DescribeContinuousBackups', 'UpdateContinuousBackups'];
const TO_USE = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'];

/** The least policies. They name the table in every account: a plan does not ask for the account's number. */
export function policiesOf(wanted: PoliciesFor): Pick<LedgerPlan, 'policyToCreate' | 'policyToUse'> {
  const arn = arnIn({ account: '*', region: wanted.region }, 'dynamodb', `table/${wanted.table}`);
  const toCreate = wanted.recovery ? [...TO_CREATE, ...FOR_RECOVERY] : TO_CREATE;
  return {
    policyToCreate: policyText([onTable(toCreate, [arn]), ...ofKey(wanted)]),
    policyToUse: policyText([onTable(TO_USE, [arn, `${arn}/index/*`]), ...ofKey(wanted)]),
  };
}

function policyText(statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements }, undefined, 2);
}

function onTable(actions: readonly string[], resources: readonly string[]) {
  return { Effect: 'Allow', Action: actions.map((each) => `dynamodb:${each}`), Resource: resources };
}

/**
 * What DynamoDB requires "at a minimum" on a key of the customer, for the requests that it makes for the caller. The policy
 * of a key is found by its ARN only, which an alias does not tell.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
function ofKey({ region, kmsKey }: PoliciesFor): readonly object[] {
  if (kmsKey === undefined) return [];
  return [
    {
      Effect: 'Allow',
      Action: [
        'kms:Encrypt',
        'kms:Decrypt',
        'kms:ReEncrypt*',
        'kms:GenerateDataKey*',
        'kms:DescribeKey',
        'kms:CreateGrant',
      ],
      Resource: kmsKey.startsWith('arn:') && !kmsKey.includes(':alias/') ? kmsKey : '*',
      Condition: { StringEquals: { 'kms:ViaService': `dynamodb.${region}.${dnsSuffixOf(region)}` } },
    },
  ];
}

/**
 * List prices of us-east-1: 0.625 USD for a million writes of 1 kB, 0.125 for a million reads of 4 kB, 0.25 for a gigabyte a month,
 * 0.20 for its recovery. A release writes about 18 units (its entry of 2 kB twice, with both indexes, and the lock) and reads 2.
 * https://aws.amazon.com/dynamodb/pricing/on-demand/
 */
export const COST: LedgerPlan['cost'] = {
  per1000Releases: 0.012,
  perGigabyteMonth: 0.25,
  recoveryPerGigabyteMonth: 0.2,
  pricesOf: 'us-east-1, list prices since November 2024',
};
