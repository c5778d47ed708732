import { accessDenied } from '../../../aws-api/permissions.ts';
import type { CallContext } from '../../../aws-api/service.ts';

const ACTION = 'iam:PassRole';

/**
 * Who gives tasks a role must be allowed to pass it.
 *
 * @throws AwsError `AccessDeniedException`, which names the first role that may not be passed.
 */
export function checkPassRole(
  {
    taskRoleArn,
    executionRoleArn,
  }: { readonly taskRoleArn?: string | undefined; readonly executionRoleArn?: string | undefined },
  caller: CallContext,
): void {
  const role = taskRoleArn ?? executionRoleArn;
  if (role !== undefined && !caller.allows(ACTION)) throw accessDenied(caller, ACTION, role);
}
