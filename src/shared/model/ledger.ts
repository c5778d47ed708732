import { z } from 'zod';
import type { Immutable } from './immutable.ts';
import { lazyObject } from './lazy-objects.ts';

/** A call that makes a ledger, with its whole input as JSON. */
const LedgerCall = lazyObject(() => ({ operation: z.string(), input: z.string() }));

/** How the table of a ledger is made, or what is missing of it. */
export const LedgerPlan = lazyObject(() => ({
  table: z.string(),
  region: z.string(),
  /** `other`: a table with other keys, which is left alone. */
  state: z.enum(['missing', 'incomplete', 'ready', 'other']),
  /** In their order; empty where nothing is missing. */
  calls: z.array(LedgerCall),
  /** The least IAM policies, as JSON: to make the table, and to deploy with it. */
  policyToCreate: z.string(),
  policyToUse: z.string(),
  /** List prices in USD. */
  cost: z.object({
    per1000Releases: z.number(),
    perGigabyteMonth: z.number(),
    recoveryPerGigabyteMonth: z.number(),
    /** Whose prices, and since when. */
    pricesOf: z.string(),
  }),
  /** Must be typed before it is made. */
  confirmation: z.string().optional(),
}));
export type LedgerPlan = Immutable<z.infer<typeof LedgerPlan>>;

/** What is shared with a ledger. */
export const LedgerState = lazyObject(() => ({
  /** The table of the place; missing where no rule names one, and where no place was asked for. */
  table: z.string().optional(),
  /** How many entries of others were new. */
  received: z.int(),
  /** How many entries of the service were read that were all here already. */
  known: z.int().optional(),
  /** How many entries of this machine wait. */
  waiting: z.int(),
  /** Whether the ledger has entries of the service that are older than those fetched. */
  older: z.boolean().optional(),
  /** Why the ledger cannot be used. */
  problem: z.string().optional(),
}));
export type LedgerState = Immutable<z.infer<typeof LedgerState>>;
