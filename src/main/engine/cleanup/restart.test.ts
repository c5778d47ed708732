import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openJournal } from '../journal/journal.ts';
import { aCall } from '../releases/release-bed.fixture.ts';
import { type CleanupBed, openCleanupBed } from './cleanup-bed.fixture.ts';
import { createCleanupHandlers } from './cleanup-handlers.ts';
import { openCleanupJobs } from './cleanup-jobs.ts';
import { aPolicy } from './policy.fixture.ts';

const CLI = join(import.meta.dirname, '..', '..', 'cli.ts');

let bed: CleanupBed;

beforeEach(async () => {
  bed = await openCleanupBed();
});
afterEach(async () => {
  await bed.closeAll();
});

/** How many requests to remove something have reached ECS. */
const deregistrations = (): number =>
  bed.sandbox.calls().filter(({ operation }) => operation === 'DeregisterTaskDefinition').length;

it('a clean-up whose process is killed goes on in the next one, and sends nothing twice', async () => {
  const { sandbox, folder } = bed;
  const { clock, logger, paths } = bed.cleaning;
  const journal = openJournal(paths, logger, clock);
  const dependencies = { ...bed.cleaning, journal };
  const before = openCleanupJobs(dependencies);
  const made = await createCleanupHandlers(dependencies, before)['cleanup.plan'](
    { ...bed.scope, policy: aPolicy({ keepNewest: 3 }) },
    aCall(),
  );

  const input = JSON.stringify({ plan: made.id });
  const args = [CLI, 'call', 'cleanup.run', input, '--sandbox', sandbox.endpoint];
  const env = { PATH: process.env.PATH, HOME: folder, SLIPWAY_DATA: folder };
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  // Beyond the burst, where the process spends its time waiting for tokens.
  await vi.waitFor(() => expect(deregistrations()).toBeGreaterThan(10), { timeout: 20_000, interval: 5 });
  child.kill('SIGKILL');
  await ended;
  const sent = deregistrations();
  const [killed] = before.list(bed.scope);
  expect(killed).toMatchObject({ state: 'running', total: made.removing });

  const next = openCleanupJobs(dependencies);
  next.adopt();
  await vi.waitFor(() => expect(deregistrations()).toBeGreaterThanOrEqual(sent + 5), { timeout: 20_000 });
  const cancelled = next.cancel(made.id);
  expect(cancelled).toMatchObject({ kind: 'revisions' });
  expect(cancelled.total - cancelled.left).toBeGreaterThanOrEqual(sent + 4);
  await vi.waitFor(() => expect(before.find(made.id)).toMatchObject({ deregistered: deregistrations() }));
  await next.close();
  await before.close();
  journal.close();
}, 60_000);
