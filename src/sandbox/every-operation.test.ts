import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSteppedClock } from './core/clock.ts';
import { type Sandbox, startSandbox } from './start.ts';
import { ALL_WALKS } from './testing/api-coverage/all-calls.ts';
import { createWalker, type Walker } from './testing/api-coverage/api-caller.ts';

// Each operation is called through the SDK's client, which must accept the answer, and the answer on the wire must
// hold nothing that the SDK's schema does not know. The last test fails when an operation was not called.

let sandbox: Sandbox;
let walker: Walker;
beforeAll(async () => {
  const clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
  sandbox = await startSandbox({ scenario: 'demo', clock });
  walker = createWalker(sandbox, clock);
});
afterAll(() => sandbox.close());

it.each(Object.entries(ALL_WALKS))('answer as their schemas say: %s', async (_what, walk) => {
  await walk(walker);
  expect(walker.takeBreaches()).toEqual([]);
});

it('were all called', () => {
  expect(walker.called()).toEqual(sandbox.operations);
});
