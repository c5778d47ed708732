import type { Check } from '../../../../shared/model/plan.ts';
import { pass, type Reading, unknown, warn } from '../../ecs/check.ts';
import { type FoundImage, imageCanBePulled } from './image-checks.ts';

/** What a rollback of this deployment would roll back to. */
export interface LastGood {
  /** Family and number. */
  readonly revision: string;
  readonly images: readonly FoundImage[];
}

/** A rollback needs a release that worked, and its images still in the registry. */
export function rollbackIsPossible(lastGood: Reading<LastGood | undefined>): Check {
  if (lastGood.state === 'unreadable') {
    return unknown('rollback', "Couldn't verify that a rollback is possible", lastGood.reason);
  }
  const { value } = lastGood;
  if (value === undefined) {
    return warn(
      'rollback',
      'There is nothing to roll back to: ECS has no successful deployment of this service',
      'If this release fails, deploy another revision manually.',
    );
  }
  const pulls = value.images.map((image) => imageCanBePulled(image));
  const gone = pulls.find(({ result }) => result === 'fail');
  if (gone !== undefined) {
    const message = `A rollback to ${value.revision} would fail: ${decapitalised(gone.message)}`;
    const { archived } = gone;
    return {
      ...warn('rollback', message, gone.advice ?? 'Push the image again.'),
      ...(archived === undefined ? {} : { archived }),
    };
  }
  const unsure = pulls.find(({ result }) => result === 'unknown');
  if (unsure !== undefined) {
    return unknown(
      'rollback',
      `Couldn't verify a rollback to ${value.revision}`,
      unsure.advice ?? unsure.message,
    );
  }
  return pass(
    'rollback',
    `Rollback is possible: ${value.revision} succeeded before and its images can be pulled`,
  );
}

function decapitalised(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
