import { SlipwayError } from '../../../shared/errors.ts';
import type { PlannedCall, ReleaseStep } from '../../../shared/model/plan.ts';
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

interface SingleChange<Answer> {
  readonly begin: Omit<Parameters<Entries['begin']>[0], 'calls'>;
  /** The one call that is sent. */
  readonly call: PlannedCall;
  readonly send: () => Promise<Answer>;
  readonly resultOf: StepOfEntry<Answer>['resultOf'];
}

/** Sends one call that is a change by itself, as an entry of its own that ends with it. Rethrows the error of the call. */
export async function recordChange<Answer>(
  entries: Entries,
  { begin, call, send, resultOf }: SingleChange<Answer>,
): Promise<Answer> {
  const entry = entries.begin({ ...begin, calls: [call] });
  try {
    const answer = await recordStep(entries, { entry, operation: call.operation, send, resultOf });
    entries.update(entry, { state: 'done' });
    return answer;
  } catch (error) {
    const sentence =
      error instanceof SlipwayError ? error.message : 'It failed unexpectedly. See the log for details.';
    entries.update(entry, { state: 'failed', sentence });
    throw error;
  }
}
