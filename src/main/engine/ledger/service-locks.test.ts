import { pino } from 'pino';
import { expect, it } from 'vitest';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Ledger, Written } from './ledger-table.ts';
import { createLocks } from './service-locks.ts';

const WEB = { account: 'test', region: 'us-east-1', cluster: 'shop', service: 'web' };
const RELEASE = { id: 'r1', what: 'Deploy web:42 to web' };

/** A ledger whose lock is free, and that fails some times before it answers a write. */
function locksOver(failures: readonly SlipwayError[]) {
  const left = [...failures];
  const update = (): Promise<Written> => {
    const failure = left.shift();
    if (failure !== undefined) return Promise.reject(failure);
    return Promise.resolve({ kind: 'written', item: { holder: RELEASE.id, token: 1 } });
  };
  const ledger = {
    ...WEB,
    table: 'slipway-ledger',
    isRequired: false,
    ready: () => Promise.resolve(),
    get: () => Promise.resolve(undefined),
    update,
    ledgerTime: () => new Date(),
  };
  const ledgerOf = () => ledger as unknown as Ledger;
  return createLocks({ ledgers: { ledgerOf }, logger: pino({ level: 'silent' }) });
}

it('a lock whose first request has timed out, as after a sleep, is asked for once more', async () => {
  const taking = await locksOver([new SlipwayError('TIMEOUT', 'It did not answer.')]).take(WEB, RELEASE);
  expect(taking.kind).toBe('taken');
  if (taking.kind === 'taken') taking.lock.stopRenewing();
});

it('a ledger that does not answer twice is unavailable, and a refusal is not repeated', async () => {
  const silent = new SlipwayError('TIMEOUT', 'It did not answer.');
  expect(await locksOver([silent, silent]).take(WEB, RELEASE)).toMatchObject({ kind: 'unavailable' });
  const refused = new SlipwayError('FORBIDDEN', 'dynamodb:UpdateItem is not allowed.');
  expect(await locksOver([refused]).take(WEB, RELEASE)).toMatchObject({
    kind: 'unavailable',
    problem: 'dynamodb:UpdateItem is not allowed.',
  });
});
