import type { StopCause } from './life-step.ts';

// The messages of ECS for a task that cannot get what it needs before its images are pulled.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html

const NO_RESOURCES =
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed';
const RETRIED = 'service call has been retried 1 time(s)';

export function cannotAssume(role: string | undefined): StopCause {
  return neverStarted(
    `ECS was unable to assume the role '${role ?? ''}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`,
  );
}

/** @param problem what ECR answered. */
export function cannotLogInToRegistry(problem: string): StopCause {
  return neverStarted(`${NO_RESOURCES}: unable to retrieve ecr registry auth: ${RETRIED}: ${problem}`);
}

/** @param problem what Secrets Manager answered. */
export function cannotReadSecret(arn: string, problem: string): StopCause {
  return neverStarted(
    `${NO_RESOURCES}: unable to retrieve secret from asm: ${RETRIED}: failed to fetch secret ${arn} from secrets manager: ${problem}`,
  );
}

/** @param problem what Systems Manager answered, or which parameters it does not have. */
export function cannotReadParameters(problem: string): StopCause {
  return neverStarted(`${NO_RESOURCES}: unable to retrieve secrets from ssm: ${RETRIED}: ${problem}`);
}

export function unknownParameter(name: string): string {
  return `invalid ssm parameters: ${name}`;
}

export const UNKNOWN_SECRET = "ResourceNotFoundException: Secrets Manager can't find the specified secret.";

function neverStarted(stoppedReason: string): StopCause {
  return { stopCode: 'TaskFailedToStart', stoppedReason };
}
