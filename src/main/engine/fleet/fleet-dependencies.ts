import type { Handlers } from '../handlers.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { ReleaseDependencies } from '../releases/release-dependencies.ts';

/** What fleets are carried out with. */
export interface FleetDependencies {
  readonly releasing: ReleaseDependencies;
  readonly jobs: Jobs;
  /** Starts a release as a job of its own, which outlives the fleet and is found again after a restart. */
  readonly releases: Pick<Handlers, 'releases.execute'>;
}
