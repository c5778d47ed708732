import type { CreateServiceRequest } from '@aws-sdk/client-ecs';
import type { SeedRelease } from './past-deployments.ts';
import type { SeedTasks } from './settled-tasks.ts';

/** A service of a scenario with its past. */
export interface SeedService {
  readonly request: CreateServiceRequest;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** Oldest first; at least one SUCCESSFUL. */
  readonly releases: readonly SeedRelease[];
  readonly tasks?: readonly SeedTasks[];
}
