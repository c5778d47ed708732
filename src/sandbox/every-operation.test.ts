import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from './start.ts';
import { ALL_CALLS } from './testing/api-coverage/all-calls.ts';
import { type ApiCaller, createApiCaller } from './testing/api-coverage/api-caller.ts';
import { createSteppedClock } from './testing/stepped-clock.ts';

// Each operation is called through the SDK's client, which must accept the answer, and the answer on the wire must
// hold nothing that the SDK's schema does not know. The last test fails when an operation was not called.

let sandbox: Sandbox;
let apiCaller: ApiCaller;
beforeAll(async () => {
  const clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
  sandbox = await startSandbox({ scenario: 'demo', clock });
  apiCaller = createApiCaller(sandbox, clock);
});
afterAll(() => sandbox.close());

it.each(Object.entries(ALL_CALLS))('every operation answers as its schema says: %s', async (_what, walk) => {
  await walk(apiCaller);
  expect(apiCaller.takeBreaches()).toEqual([]);
});

it('every operation of the sandbox was called', () => {
  expect(apiCaller.called()).toEqual(sandbox.operations);
});
