import type { ServiceDeploymentLifecycleStage } from '@aws-sdk/client-ecs';
import { InvalidArgumentError } from 'commander';
import { similarNames } from '../../engine/images/similar-names.ts';
import type { Until } from './follow.ts';

/** All stages of ECS: a stage that the SDK adds is missing here for the compiler. */
const STAGES = Object.keys({
  RECONCILE_SERVICE: true,
  PRE_SCALE_UP: true,
  SCALE_UP: true,
  POST_SCALE_UP: true,
  TEST_TRAFFIC_SHIFT: true,
  POST_TEST_TRAFFIC_SHIFT: true,
  PRODUCTION_TRAFFIC_SHIFT: true,
  POST_PRODUCTION_TRAFFIC_SHIFT: true,
  BAKE_TIME: true,
  CLEAN_UP: true,
} satisfies Readonly<Record<ServiceDeploymentLifecycleStage, true>>);

const STAGE = /^stage:(.*)$/s;

export function isUntil(text: string): text is Until {
  return text === 'done' || text === 'paused' || STAGES.includes(STAGE.exec(text)?.[1] ?? '');
}

/**
 * The state that `--wait-until` or `--until` names. Throws InvalidArgumentError for another text, with the nearest stage of
 * ECS for a stage that there is not: a deployment would never reach it.
 */
export function waitState(text: string, others: readonly string[] = []): string {
  if (others.includes(text) || isUntil(text)) return text;
  const stage = STAGE.exec(text)?.[1];
  if (stage === undefined) {
    const states = [...others, 'done', 'paused'].join(', ');
    throw new InvalidArgumentError(`Give ${states}, or stage: and a stage of ECS such as stage:BAKE_TIME.`);
  }
  const [nearest] = similarNames(stage.toUpperCase().replaceAll('-', '_'), STAGES, 1);
  throw new InvalidArgumentError(
    nearest === undefined
      ? `ECS has no such stage. Its stages: ${STAGES.join(', ')}.`
      : `ECS has no such stage. Did you mean stage:${nearest}?`,
  );
}
