import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { createCleanupHandlers } from '../cleanup/cleanup-handlers.ts';
import { type CleanupJobs, openCleanupJobs } from '../cleanup/cleanup-jobs.ts';
import type { CleanupDependencies } from '../cleanup/jobs/cleanup-dependencies.ts';
import type { CleanupExecuteRequest } from '../cleanup/jobs/stored-cleanup.ts';
import { openJournal } from '../journal/journal.ts';
import { openRevisionCaches } from '../revisions/cache/revision-cache.ts';
import { startCliCall } from './cli-process.ts';
import { openReleaseEngine, type ReleaseEngine } from './release-engine.ts';

/** Clean-ups of an engine over a sandbox, with a data folder of their own. */
export interface CleanupEngine extends ReleaseEngine {
  readonly sandbox: TestSandbox;
  readonly folder: string;
  readonly cleaning: CleanupDependencies;
  /** The jobs of a process over the data folder. They have to be closed before the bed. */
  openJobs(): CleanupJobs;
  handlers(jobs: CleanupJobs): ReturnType<typeof createCleanupHandlers>;
  /** How many requests of an operation have reached AWS. */
  calls(operation: string): number;
  /** Carries a clean-up out in a process of its own; `kill` ends that process at once. `endpoint`: another than the sandbox's. */
  runInProcess(request: CleanupExecuteRequest, endpoint?: string): { kill(): Promise<void> };
  closeAll(): Promise<void>;
}

export async function openCleanupEngine(scenario: 'demo' | 'empty' = 'demo'): Promise<CleanupEngine> {
  const sandbox = await startTestSandbox({ scenario });
  const engine = await openReleaseEngine(sandbox);
  const folder = mkdtempSync(join(tmpdir(), 'slipway-cleanup-'));
  const paths = { data: folder };
  const revisionCaches = openRevisionCaches({ paths, logger: engine.dependencies.logger });
  // Another process finds the plans where this one keeps them.
  const journal = openJournal(paths, engine.dependencies.logger, engine.dependencies.clock);
  const cleaning = { ...engine.dependencies, journal, paths, revisionCaches };
  return {
    ...engine,
    journal,
    sandbox,
    folder,
    cleaning,
    openJobs: () => openCleanupJobs(cleaning),
    handlers: (jobs) => createCleanupHandlers(cleaning, jobs),
    calls: (wanted) => sandbox.calls().filter(({ operation }) => operation === wanted).length,
    runInProcess(request, endpoint = sandbox.endpoint) {
      const child = startCliCall({ folder, endpoint, method: 'cleanup.run', input: request });
      const ended = once(child, 'exit');
      return {
        async kill() {
          child.kill('SIGKILL');
          await ended;
        },
      };
    },
    async closeAll() {
      engine.close();
      revisionCaches.close();
      journal.close();
      await sandbox.close();
      rmSync(folder, { recursive: true });
    },
  };
}
