import { expect, it } from 'vitest';
import type { LedgerItem } from './ledger-items.ts';
import { readSchema } from './ledger-schema.ts';
import type { Ledger } from './ledger-table.ts';

it('the schema of a table that is still being made is asked for again, and kept once it is there', async () => {
  const kept = new Map<string, { readonly value: string; readonly at: Date }>();
  const facts = {
    fact: (key: string) => kept.get(key),
    setFact: (key: string, value: string) => void kept.set(key, { value, at: new Date() }),
  };
  const answers: (LedgerItem | undefined)[] = [undefined, { version: 1, leastWriter: 1, keepDays: 90 }];
  const ledger = {
    account: 'test',
    region: 'us-east-1',
    table: 'slipway-ledger',
    get: () => Promise.resolve(answers.shift()),
    ledgerTime: () => new Date(),
  } as unknown as Ledger;
  expect(await readSchema(facts, ledger)).not.toHaveProperty('keepDays');
  expect(await readSchema(facts, ledger)).toMatchObject({ keepDays: 90 });
  expect(await readSchema(facts, ledger)).toMatchObject({ keepDays: 90 });
});
