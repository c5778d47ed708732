import { SlipwayError } from '../../../shared/errors.ts';
import type { ReleaseStep } from '../../../shared/model/plan.ts';
import type { Entries } from './entries.ts';

export interface StepOfEntry<Answer> {
  /** The entry that the step belongs to. */
  readonly entry: string;
  /** The AWS operation, such as UpdateService. */
  readonly operation: string;
  readonly send: () => Promise<Answer>;
  /** What of the answer is worth keeping, such as the ARN of what was made. No secrets. */
  readonly resultOf: (answer: Answer) => string | undefined;
  readonly onStep?: (step: ReleaseStep) => void;
}

/**
 * Sends one call that changes something: in the journal before it is sent, and again when it is answered, so that
 * a crash in between leaves a step that is `sent`. Rethrows the error of the call.
 */
export async function recordStep<Answer>(entries: Entries, what: StepOfEntry<Answer>): Promise<Answer> {
  const { number, step } = entries.stepSent(what.entry, what.operation);
  what.onStep?.(step);
  const answer = await what.send().catch((error: unknown) => {
    const message =
      error instanceof SlipwayError ? error.message : 'It failed unexpectedly. See the log for details.';
    const failed = entries.stepAnswered(number, 'failed', message);
    what.onStep?.(failed);
    throw error;
  });
  const done = entries.stepAnswered(number, 'done', what.resultOf(answer));
  what.onStep?.(done);
  return answer;
}
