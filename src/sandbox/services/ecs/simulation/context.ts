import type { Clock } from '../../../core/clock.ts';
import type { Home } from './arns.ts';
import type { Dependencies } from './dependencies.ts';
import type { IdSource } from './ids.ts';
import type { ResolveImage } from './image-resolution.ts';
import type { EcsState } from './state.ts';

/** What every part of the simulated ECS works with. */
export interface EcsContext {
  readonly state: EcsState;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly home: Home;
  readonly resolveImage: ResolveImage;
  /** Whether a reference names an image of ECR, which only those pull who have logged in. */
  readonly isEcrImage: (reference: string) => boolean;
  readonly dependencies: Dependencies;
}

export function secondsAfter(time: Date, seconds: number): Date {
  return new Date(time.getTime() + Math.round(seconds * 1000));
}
