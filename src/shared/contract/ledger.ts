import { z } from 'zod';
import { Scope } from '../model/account.ts';
import { listUpTo, textUpTo } from '../model/bounded.ts';
import { ClusterName } from '../model/cluster.ts';
import { LedgerRule } from '../model/environment.ts';
import { lazyObject, lazyStrictObject } from '../model/lazy-objects.ts';
import { LedgerPlan, LedgerState } from '../model/ledger.ts';
import { ServiceName, ServiceRef } from '../model/service.ts';
import type { Methods } from './method.ts';

/** The table that `ledger.plan` and `ledger.create` are about. */
const WantedLedger = lazyStrictObject(() => ({
  ...Scope.shape,
  table: LedgerRule.shape.table,
  recovery: z.boolean().default(false).describe('point-in-time recovery, which costs by the size'),
  keepDays: z
    .int()
    .min(1)
    .max(3_650)
    .optional()
    .describe('AWS removes entries after so many days; never without it'),
  kmsKey: textUpTo(2_048).min(1).optional(),
}));

/** The shared journal of a team: docs/ledger.md. */
export const ledgerMethods = {
  'ledger.plan': {
    kind: 'query',
    about:
      'The calls that create the table of a ledger, the least policies, and what it costs. Changes nothing.',
    input: WantedLedger,
    output: LedgerPlan,
  },
  'ledger.create': {
    kind: 'change',
    about: 'Sends the calls of ledger.plan. Throws CONFLICT for a table that is something else.',
    input: WantedLedger.extend({
      confirmation: textUpTo(255).optional(),
      overrides: listUpTo(20, textUpTo(100)).optional(),
    }),
    output: LedgerPlan,
  },
  'ledger.sync': {
    kind: 'query',
    about:
      'Fetches the entries of others from the ledger of a place, or of all places fetched before, and sends what waits. ' +
      'A ledger that cannot be used is a `problem`, not an error.',
    input: lazyStrictObject(() => ({
      place: z
        .strictObject({ ...Scope.shape, cluster: ClusterName, service: ServiceName.optional() })
        .optional(),
    })),
    output: LedgerState,
  },
  'ledger.older': {
    kind: 'query',
    about:
      'Fetches the next 50 older entries of a service from its ledger. Where all are known it reads on, 5 pages at most. ' +
      '`older`: there are more.',
    input: lazyStrictObject(() => ({ place: ServiceRef })),
    output: LedgerState,
  },
  'ledger.share': {
    kind: 'query',
    about: 'Sends entries that wait for their ledger, for some seconds at most.',
    input: lazyStrictObject(() => ({ seconds: z.int().min(0).max(60).default(3) })),
    output: LedgerState,
  },
  'ledger.export': {
    kind: 'stream',
    about: 'Streams all items of a table as they are. Returns their number.',
    input: lazyStrictObject(() => ({ ...Scope.shape, table: LedgerRule.shape.table })),
    event: lazyObject(() => ({ items: z.array(z.record(z.string(), z.unknown())) })),
    output: lazyObject(() => ({ count: z.int() })),
  },
} as const satisfies Methods;
