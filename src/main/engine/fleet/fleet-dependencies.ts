import type { Jobs } from '../jobs/jobs.ts';
import type { ReleaseDependencies } from '../releases/model/release-dependencies.ts';
import type { ReleaseJobs } from '../releases/release-jobs.ts';

/** What fleets are carried out with. */
export interface FleetDependencies {
  readonly releasing: ReleaseDependencies;
  readonly jobs: Jobs;
  /** Starts, or resumes, a release as a job of its own, which outlives the fleet and is found after a restart. */
  readonly releases: Pick<ReleaseJobs, 'execute' | 'resume'>;
  /** Finds the releases that were interrupted and watches them to their end. */
  readonly recoverReleases: ReleaseJobs['recover'];
}
