import type { Clock } from '../core/clock.ts';
import type { ImageSeeder } from '../registry/image-source.ts';
import type { Scaling } from '../services/application-auto-scaling/scaling.ts';
import type { Stacks } from '../services/cloudformation/cloudformation.ts';
import type { Ecs } from '../services/ecs/ecs.ts';
import type { Objects } from '../services/s3/s3.ts';
import type { Parameters } from '../services/ssm/parameters.ts';
import type { TaskTriggers } from '../services/task-triggers.ts';

/** What a scenario fills. */
export interface ScenarioStage {
  readonly ecs: Ecs;
  readonly taskTriggers: TaskTriggers;
  readonly scaling: Scaling;
  readonly images: ImageSeeder;
  readonly clock: Clock;
  /** The host and port that the images of task definitions name. */
  readonly registryHost: string;
}

/** The same with what declares services: stacks, and states of Terraform in S3. */
export interface DeclaredStage extends ScenarioStage {
  readonly stacks: Stacks;
  readonly objects: Objects;
  readonly parameters: Parameters;
}
