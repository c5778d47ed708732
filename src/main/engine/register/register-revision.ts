import {
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionRequest,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import { awsErrorName } from '../aws/errors.ts';
import { waitUnlessCancelled } from '../aws/retry.ts';

const ATTEMPTS = 8;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 4_000;
const CROWDED = /too many concurrent attempts to create a new revision/i;

/** The registration in progress in each family, so that the next one waits for it. */
const inProgress = new WeakMap<ECSClient, Map<string, Promise<unknown>>>();

/**
 * Registers a revision (RegisterTaskDefinition) and returns what ECS made of it. ECS refuses registrations of one
 * family that overlap: those of one client go one after the other, and a refusal because of somebody else's is tried
 * again, at most 8 times over about 15 seconds. Throws CONFLICT when that was not enough, CANCELLED.
 */
export async function registerRevision(
  ecs: ECSClient,
  input: RegisterTaskDefinitionRequest,
  signal: AbortSignal,
): Promise<TaskDefinition> {
  const families = inProgress.get(ecs) ?? new Map<string, Promise<unknown>>();
  inProgress.set(ecs, families);
  const family = input.family ?? '';

  const before = families.get(family) ?? Promise.resolve();
  const registration = before.then(() => registerWithRetry(ecs, input, signal));
  // The next in line waits for the end of this one, however it ends.
  const end = registration.catch(() => undefined);
  families.set(family, end);
  try {
    return await registration;
  } finally {
    if (families.get(family) === end) families.delete(family);
  }
}

async function registerWithRetry(
  ecs: ECSClient,
  input: RegisterTaskDefinitionRequest,
  signal: AbortSignal,
): Promise<TaskDefinition> {
  for (let attempt = 1; ; attempt += 1) {
    if (signal.aborted) throw cancelled(`Registering a revision of ${input.family}`);
    try {
      const command = new RegisterTaskDefinitionCommand(input);
      const { taskDefinition } = await ecs.send(command, { abortSignal: signal });
      if (taskDefinition?.taskDefinitionArn !== undefined) return taskDefinition;
      throw new SlipwayError(
        'INTERNAL',
        `ECS registered a revision of ${input.family} but did not return its ARN. Check the newest revision of the family.`,
      );
    } catch (error) {
      if (!isCrowded(error)) throw error;
      if (attempt === ATTEMPTS) throw stillCrowded(input, error);
    }
    await pause(attempt, signal);
  }
}

/** A random wait that grows, so that those who collided do not collide again. */
async function pause(attempt: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  await waitUnlessCancelled(longest / 2 + (Math.random() * longest) / 2, signal, 'Registering a revision');
}

function isCrowded(error: unknown): boolean {
  return awsErrorName(error) === 'ClientException' && messages(error).some((text) => CROWDED.test(text));
}

/** The messages of an error and of its causes: AWS's own messages may stand in either. */
function messages(error: unknown): readonly string[] {
  return error instanceof Error ? [error.message, ...messages(error.cause)] : [];
}

function stillCrowded(input: RegisterTaskDefinitionRequest, cause: unknown): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    `Others are registering revisions of ${input.family} at the same time, so ECS refused this one. ` +
      'Nothing was changed. Try again in a moment.',
    { retryable: true, cause },
  );
}
