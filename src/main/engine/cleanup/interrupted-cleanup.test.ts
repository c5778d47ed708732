import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../../../shared/testing/eventually.ts';
import { type CleanupBed, openCleanupBed } from '../testing/cleanup-engine.ts';
import { aPolicy } from '../testing/cleanup-policy.ts';
import { aCall } from '../testing/release-engine.ts';

let bed: CleanupBed;

beforeEach(async () => {
  bed = await openCleanupBed();
});
afterEach(async () => {
  await bed.closeAll();
});

/** How many requests to remove something have reached ECS. */
const deregistrations = (): number => bed.calls('DeregisterTaskDefinition');

it('a clean-up whose process is killed goes on in the next one, and sends nothing twice', async () => {
  const before = bed.openJobs();
  const made = await bed
    .handlers(before)
    ['cleanup.plan']({ ...bed.scope, policy: aPolicy({ keepNewest: 3 }) }, aCall());

  const process = bed.runInProcess({ plan: made.id });
  // Beyond the burst, where the process spends its time waiting for tokens.
  await eventually(() => expect(deregistrations()).toBeGreaterThan(10));
  await process.kill();
  const sent = deregistrations();
  const [killed] = before.list(bed.scope);
  expect(killed).toMatchObject({ state: 'running', total: made.removing });

  const next = bed.openJobs();
  next.adopt();
  await eventually(() => expect(deregistrations()).toBeGreaterThanOrEqual(sent + 5));
  const cancelled = next.cancel(made.id);
  expect(cancelled.total - cancelled.left).toBeGreaterThanOrEqual(sent + 4);
  await eventually(() => expect(before.find(made.id)).toMatchObject({ deregistered: deregistrations() }));
  await next.close();
  await before.close();
});
