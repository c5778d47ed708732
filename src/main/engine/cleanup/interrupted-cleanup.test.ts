import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../../../shared/testing/eventually.ts';
import { type CleanupEngine, openCleanupEngine } from '../testing/cleanup-engine.ts';
import { aPolicy } from '../testing/cleanup-policy.ts';
import { aCall } from '../testing/release-engine.ts';

let engine: CleanupEngine;

beforeEach(async () => {
  engine = await openCleanupEngine();
});
afterEach(async () => {
  await engine.closeAll();
});

/** How many requests to remove something have reached ECS. */
const deregistrations = (): number => engine.calls('DeregisterTaskDefinition');

it('a clean-up whose process is killed continues in the next one, and sends nothing twice', async () => {
  const before = engine.openJobs();
  const made = await engine
    .handlers(before)
    ['cleanup.plan']({ ...engine.scope, policy: aPolicy({ keepNewest: 3 }) }, aCall());

  const process = engine.runInProcess({ plan: made.id, confirmation: made.confirmation });
  // Beyond the burst, where the process spends its time waiting for tokens.
  await eventually(() => expect(deregistrations()).toBeGreaterThan(10));
  await process.kill();
  const sent = deregistrations();
  const [killed] = before.list(engine.scope);
  expect(killed).toMatchObject({ state: 'running', total: made.removing });

  const next = engine.openJobs();
  next.adopt();
  await eventually(() => expect(deregistrations()).toBeGreaterThanOrEqual(sent + 5));
  const cancelled = next.cancel(made.id);
  expect(cancelled.total - cancelled.left).toBeGreaterThanOrEqual(sent + 4);
  await eventually(() => expect(before.find(made.id)).toMatchObject({ deregistered: deregistrations() }));
  await next.close();
  await before.close();
});
