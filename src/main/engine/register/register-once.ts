import type { ECSClient, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import { isUnsure, NEVER_ABORTED, pause, withRetry } from '../aws/retry.ts';
import { findRegistered } from './find-registered.ts';
import { registerRevision } from './register-revision.ts';

const ATTEMPTS = 4;

/**
 * Registers a revision and returns its ARN. When a call gets no answer, the revision is looked for before the call is
 * sent again, so that nothing is registered twice. `now`: when the first call is sent, by the clock of this machine.
 */
export async function registerOnce(
  ecs: ECSClient,
  input: RegisterTaskDefinitionRequest,
  now: Date,
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const registered = await withRetry(NEVER_ABORTED, () => registerRevision(ecs, input, NEVER_ABORTED));
      return registered.taskDefinitionArn ?? missingArn(input);
    } catch (error) {
      if (!isUnsure(error)) throw error;
      const found = await findRegistered(ecs, input, now, NEVER_ABORTED);
      if (found !== undefined) return found;
      if (attempt === ATTEMPTS) throw error;
    }
    await pause(attempt, NEVER_ABORTED);
  }
}

function missingArn({ family }: RegisterTaskDefinitionRequest): never {
  throw new SlipwayError(
    'INTERNAL',
    `ECS registered a revision of ${family} but did not return its ARN. Check the newest revision of the family.`,
  );
}
