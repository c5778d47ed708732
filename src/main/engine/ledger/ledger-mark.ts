import { SlipwayError } from '../../../shared/errors.ts';
import type { NamedLedger } from './ledger-errors.ts';

/**
 * Whether a table was made a ledger: it has the item of the schema. The tables of many applications have the same keys, and a
 * mistake in a rule must not write to one of them.
 */
export interface LedgerMark {
  /** Reads the item at the first request of this process, so that the first write need not wait for it. Never rejects. */
  lookAhead(): void;
  /** Throws CONFLICT for a table without it, and what the request for it throws. */
  require(): Promise<void>;
}

export function createMark(named: NamedLedger, read: () => Promise<unknown>): LedgerMark {
  let reading: Promise<boolean> | undefined;

  /** Asked once a process; again after a failure, and until the item is there. */
  async function isMarked(): Promise<boolean> {
    reading ??= read().then((item) => item !== undefined);
    const asked = reading;
    try {
      const answer = await asked;
      if (!answer && reading === asked) reading = undefined;
      return answer;
    } catch (error) {
      if (reading === asked) reading = undefined;
      throw error;
    }
  }

  return {
    lookAhead() {
      if (reading === undefined) isMarked().catch(() => undefined);
    },
    async require() {
      if (!(await isMarked())) throw notMarked(named);
    },
  };
}

function notMarked({ table, region, accountName }: NamedLedger): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    `Nothing was written to the table ${table} in ${region} of ${accountName}, because it does not say that it is a ledger. ` +
      'If it is the table of something else, name another one in the rule. If it is your ledger, `slipway ledger create` ' +
      'or the settings add the item that is missing.',
  );
}
