import type { Clock } from '../clock.ts';
import type { Ecs } from '../ecs/ecs.ts';
import type { ImageSeeder } from '../registry/image-source.ts';
import type { Starters } from '../starters.ts';

/** What a scenario fills. */
export interface ScenarioStage {
  readonly ecs: Ecs;
  readonly starters: Starters;
  readonly images: ImageSeeder;
  readonly clock: Clock;
  /** The host and port that the images of task definitions name. */
  readonly registryHost: string;
}
