import { assertNever } from '../../../shared/assert-never.ts';
import { createImageRegistry } from './images/image-registry.ts';
import { findOutWhichAreGone, runImageJob } from './images/run-image-job.ts';
import type { CleanupDependencies } from './jobs/cleanup-dependencies.ts';
import type { CleanupWork } from './jobs/job-controls.ts';
import type { JobStore } from './jobs/job-store.ts';
import type { StoredJob } from './jobs/stored-job.ts';
import type { CleanupReadings } from './reads-of-plans.ts';
import { createControlPlane } from './revisions/control-plane.ts';
import { findOutWhatWasSent, runJob } from './revisions/run-job.ts';

export function createCleanupWork(
  { aws, revisionCaches }: Pick<CleanupDependencies, 'aws' | 'revisionCaches'>,
  store: JobStore,
  readings: CleanupReadings,
): (job: StoredJob) => CleanupWork {
  return (job) => {
    switch (job.kind) {
      case 'revisions': {
        const known = { job, store, plane: createControlPlane(aws, job, readings.use.of(job.id)) };
        return {
          carryOut: (controls) => runJob({ ...known, ...controls }),
          findOut: (signal) => findOutWhatWasSent({ ...known, signal }),
        };
      }
      case 'images': {
        const registry = createImageRegistry({ aws, revisionCaches }, job, readings.imageUse.of(job.id));
        const known = { job, store, registry };
        return {
          carryOut: (controls) => runImageJob({ ...known, ...controls }),
          findOut: (signal) => findOutWhichAreGone({ ...known, signal }),
        };
      }
      default:
        return assertNever(job);
    }
  };
}
