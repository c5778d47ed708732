import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import { openReleaseBed, type ReleaseBed } from '../releases/release-bed.fixture.ts';
import { openRevisionCaches } from '../revisions/revision-cache.ts';
import type { CleanupDependencies } from './cleanup-dependencies.ts';
import { createCleanupHandlers } from './cleanup-handlers.ts';
import { type CleanupJobs, openCleanupJobs } from './cleanup-jobs.ts';

/** Clean-ups of an engine over a sandbox, with a data folder of their own. */
export interface CleanupBed extends ReleaseBed {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly cleaning: CleanupDependencies;
  /** The jobs of a process over the data folder. They have to be closed before the bed. */
  openJobs(): CleanupJobs;
  handlers(jobs: CleanupJobs): ReturnType<typeof createCleanupHandlers>;
  closeAll(): Promise<void>;
}

export async function openCleanupBed(scenario: 'demo' | 'empty' = 'demo', speed = 1): Promise<CleanupBed> {
  const sandbox = await startSandbox({ scenario, speed });
  const bed = await openReleaseBed(sandbox);
  const folder = mkdtempSync(join(tmpdir(), 'slipway-cleanup-'));
  const paths = { data: folder };
  const revisionCaches = openRevisionCaches({ paths, logger: bed.dependencies.logger });
  const cleaning = { ...bed.dependencies, paths, revisionCaches };
  return {
    ...bed,
    sandbox,
    folder,
    cleaning,
    openJobs: () => openCleanupJobs(cleaning),
    handlers: (jobs) => createCleanupHandlers(cleaning, jobs),
    async closeAll() {
      bed.close();
      revisionCaches.close();
      await sandbox.close();
      rmSync(folder, { recursive: true });
    },
  };
}
