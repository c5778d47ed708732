import { SlipwayError } from '../../../shared/errors.ts';
import { awsErrorName } from '../aws/errors.ts';

/** A table as sentences name it. */
export interface NamedLedger {
  readonly accountName: string;
  readonly region: string;
  readonly table: string;
}

/** The sentence for an error of the table: what is wrong, and what to do. */
export function ledgerError(error: unknown, { accountName, region, table }: NamedLedger): unknown {
  if (!(error instanceof SlipwayError) || error.code === 'TIMEOUT') return error;
  const where = `the ledger ${table} in ${region}`;
  const options = { retryable: error.retryable, detail: error.detail, cause: error };
  switch (awsErrorName(error)) {
    case 'ResourceNotFoundException':
      return new SlipwayError(
        'NOT_FOUND',
        `There is no table ${table} in ${region} of ${accountName}. Create it with \`slipway ledger create\` or in the settings, or correct the rule that names it.`,
        options,
      );
    case 'ValidationException':
      return new SlipwayError(
        'CONFLICT',
        `The table ${table} in ${region} does not take what Slipway writes, so it may not be a ledger: its keys may be others. Name another table in the rule. ${error.message}`,
        options,
      );
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/throttling-diagnosing-workflow.html
    case 'ProvisionedThroughputExceededException':
    case 'ThrottlingException':
    case 'RequestLimitExceeded':
      return new SlipwayError(
        'THROTTLED',
        `DynamoDB throttles ${where}. Try again in a minute. If it continues, look at the throttled requests of the table in CloudWatch, then raise its capacity or the quota of the account.`,
        options,
      );
    default:
      return new SlipwayError(error.code, `Slipway cannot use ${where}. ${error.message}`, options);
  }
}

/** A request that was ended after its time. */
export function silentLedger(
  { table, region }: { readonly table: string; readonly region: string },
  milliseconds: number,
): SlipwayError {
  return new SlipwayError(
    'TIMEOUT',
    `The ledger ${table} in ${region} did not answer within ${milliseconds / 1_000} seconds. Check the network and the status of the region, then try again.`,
    { retryable: true },
  );
}
