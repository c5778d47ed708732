import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSteppedClock } from './clock.ts';
import { type Sandbox, startSandbox } from './start.ts';
import { ACCESS_WALKS } from './walk/access-walks.ts';
import { CODE_DEPLOY_WALKS } from './walk/code-deploy-walks.ts';
import { IMAGE_WALKS } from './walk/image-walks.ts';
import { SERVICE_WALKS } from './walk/service-walks.ts';
import { STARTER_WALKS } from './walk/starter-walks.ts';
import { SURROUNDINGS_WALKS } from './walk/surroundings-walks.ts';
import { TASK_WALKS } from './walk/task-walks.ts';
import { createWalker, type Walker } from './walk/walker.ts';

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

const walks = {
  ...SERVICE_WALKS,
  ...TASK_WALKS,
  ...IMAGE_WALKS,
  ...SURROUNDINGS_WALKS,
  ...STARTER_WALKS,
  ...CODE_DEPLOY_WALKS,
  ...ACCESS_WALKS,
};

it.each(Object.entries(walks))('answer as their schemas say: %s', async (_what, walk) => {
  await walk(walker);
  expect(walker.takeBreaches()).toEqual([]);
});

it('were all called', () => {
  expect(walker.called()).toEqual(sandbox.operations);
});
