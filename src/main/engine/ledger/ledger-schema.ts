import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import type { SharedEntries } from '../journal/shared-entries.ts';
import { SCHEMA_KEY } from './ledger-keys.ts';
import type { Ledger } from './ledger-table.ts';

/** The version of what this Slipway writes. */
export const SCHEMA_VERSION = 1;

/** What the item of the schema says. */
const LedgerSchema = lazyObject(() => ({
  version: z.number().int(),
  /** An older Slipway than this version may read, and must not write. */
  leastWriter: z.number().int(),
  keepDays: z.number().int().min(1).optional().catch(undefined),
}));
export type LedgerSchema = z.infer<typeof LedgerSchema>;

/** Where it can't be read. A table without it is not written to: see ledger-mark.ts. */
const FIRST: LedgerSchema = { version: 1, leastWriter: 1 };

/** Read once a day and machine, so that a release does not pay for it. */
const KEPT_MS = 86_400_000;

export async function readSchema(
  facts: Pick<SharedEntries, 'fact' | 'setFact'>,
  ledger: Ledger,
): Promise<LedgerSchema> {
  const key = `schema ${JSON.stringify([ledger.account, ledger.region, ledger.table])}`;
  const known = facts.fact(key);
  if (known !== undefined && Math.abs(ledger.ledgerTime().getTime() - known.at.getTime()) < KEPT_MS) {
    return LedgerSchema.parse(JSON.parse(known.value));
  }
  const item = await ledger.get(SCHEMA_KEY);
  // The table is being made, and the item comes last: what it says counts from the next time on.
  if (item === undefined) return FIRST;
  const schema = LedgerSchema.safeParse(item).data ?? FIRST;
  facts.setFact(key, JSON.stringify(schema));
  return schema;
}

/** Throws CONFLICT where a newer Slipway has changed the ledger so that this one must not write. */
export function requireWriter(schema: LedgerSchema, { table }: Pick<Ledger, 'table'>): LedgerSchema {
  if (schema.leastWriter <= SCHEMA_VERSION) return schema;
  throw new SlipwayError(
    'CONFLICT',
    `The ledger ${table} is used by a newer Slipway (schema ${schema.version}). This one reads what it can and shares nothing. Install the newer Slipway.`,
  );
}
