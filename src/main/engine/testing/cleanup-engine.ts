import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { createCleanupHandlers } from '../cleanup/cleanup-handlers.ts';
import { type CleanupJobs, openCleanupJobs } from '../cleanup/cleanup-jobs.ts';
import type { CleanupDependencies } from '../cleanup/jobs/cleanup-dependencies.ts';
import type { CleanupConsent } from '../cleanup/jobs/stored-cleanup.ts';
import { openJournal } from '../journal/journal.ts';
import { openRevisionCaches } from '../revisions/cache/revision-cache.ts';
import { startCliCall } from './cli-process.ts';
import { openReleaseBed, type ReleaseBed } from './release-engine.ts';

/** Clean-ups of an engine over a sandbox, with a data folder of their own. */
export interface CleanupBed extends ReleaseBed {
  readonly sandbox: TestSandbox;
  readonly folder: string;
  readonly cleaning: CleanupDependencies;
  /** The jobs of a process over the data folder. They have to be closed before the bed. */
  openJobs(): CleanupJobs;
  handlers(jobs: CleanupJobs): ReturnType<typeof createCleanupHandlers>;
  /** How many requests of an operation have reached AWS. */
  calls(operation: string): number;
  /** Carries a clean-up out in a process of its own; `kill` ends that process at once. `endpoint`: another than the sandbox's. */
  runInProcess(consent: CleanupConsent, endpoint?: string): { kill(): Promise<void> };
  closeAll(): Promise<void>;
}

export async function openCleanupBed(scenario: 'demo' | 'empty' = 'demo'): Promise<CleanupBed> {
  const sandbox = await startTestSandbox({ scenario });
  const bed = await openReleaseBed(sandbox);
  const folder = mkdtempSync(join(tmpdir(), 'slipway-cleanup-'));
  const paths = { data: folder };
  const revisionCaches = openRevisionCaches({ paths, logger: bed.dependencies.logger });
  // Another process finds the plans where this one keeps them.
  const journal = openJournal(paths, bed.dependencies.logger, bed.dependencies.clock);
  const cleaning = { ...bed.dependencies, journal, paths, revisionCaches };
  return {
    ...bed,
    journal,
    sandbox,
    folder,
    cleaning,
    openJobs: () => openCleanupJobs(cleaning),
    handlers: (jobs) => createCleanupHandlers(cleaning, jobs),
    calls: (wanted) => sandbox.calls().filter(({ operation }) => operation === wanted).length,
    runInProcess(consent, endpoint = sandbox.endpoint) {
      const child = startCliCall({ folder, endpoint, method: 'cleanup.run', input: consent });
      const ended = once(child, 'exit');
      return {
        async kill() {
          child.kill('SIGKILL');
          await ended;
        },
      };
    },
    async closeAll() {
      bed.close();
      revisionCaches.close();
      journal.close();
      await sandbox.close();
      rmSync(folder, { recursive: true });
    },
  };
}
