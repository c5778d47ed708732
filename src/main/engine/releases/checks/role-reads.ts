import { GetRoleCommand } from '@aws-sdk/client-iam';
import { z } from 'zod';
import { SlipwayError } from '../../../../shared/errors.ts';
import { lazyObject } from '../../../../shared/model/lazy-objects.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { lastPartOf } from '../../aws/arns.ts';
import { awsErrorName } from '../../aws/errors.ts';
import type { Reading } from '../../ecs/check.ts';
import { reading } from '../../ecs/read-result.ts';
import { accountOfArn } from '../../permissions/principals.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import type { FoundRole, RoleState } from './role-checks.ts';

const TASKS = 'ecs-tasks.amazonaws.com';
const TO_ASSUME: ReadonlySet<string> = new Set(['sts:AssumeRole', 'sts:*', '*']);

/** Whether the roles of a task are there and trust ECS (GetRole). `account`: the number of the service's account. */
export function findRoles(
  dependencies: ReleaseDependencies,
  ref: ServiceRef,
  arns: readonly string[],
  account: string,
  signal: AbortSignal,
): Promise<readonly FoundRole[]> {
  return Promise.all(
    arns.map(async (arn) => ({ arn, state: await stateOf(dependencies, ref, arn, account, signal) })),
  );
}

async function stateOf(
  { aws }: ReleaseDependencies,
  ref: ServiceRef,
  arn: string,
  account: string,
  signal: AbortSignal,
): Promise<Reading<RoleState>> {
  const owner = accountOfArn(arn);
  if (owner !== account) {
    const reason = `It belongs to the account ${owner}, and IAM reads only roles of the current account.`;
    return { state: 'unreadable', reason };
  }
  const command = new GetRoleCommand({ RoleName: lastPartOf(arn) });
  return reading(async () => {
    const role = await aws
      .iam(ref, 'clicked')
      .send(command, { abortSignal: signal })
      .catch(undefinedIfMissing);
    if (role === undefined) return 'missing';
    return isTrusting(role.Role?.AssumeRolePolicyDocument) ? 'ready' : 'not trusting';
  });
}

function undefinedIfMissing(error: unknown): undefined {
  const name = awsErrorName(error);
  if (name === 'NoSuchEntityException' || name === 'NoSuchEntity') return undefined;
  throw error;
}

const OneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const Statement = lazyObject(() => ({
  Effect: z.string(),
  Principal: z
    .union([
      z.string().transform((anybody): Record<string, string[]> => ({ AWS: [anybody] })),
      z.record(z.string(), OneOrMore),
    ])
    .optional(),
  Action: OneOrMore.optional(),
}));
const TrustPolicy = lazyObject(() => ({
  Statement: z.union([Statement.transform((one) => [one]), z.array(Statement)]),
}));

/**
 * Whether a trust policy, URL-encoded as IAM answers it, lets ECS assume the role. A condition is taken to hold.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 */
export function isTrusting(encoded = ''): boolean {
  return statementsOf(encoded).some(
    ({ Effect, Principal = {}, Action = [] }) =>
      Effect === 'Allow' &&
      (Principal.Service?.includes(TASKS) === true || Principal.AWS?.includes('*') === true) &&
      Action.some((action) => TO_ASSUME.has(action)),
  );
}

/** Throws INTERNAL, which makes the check unknown, for a policy of a form that nobody has thought of. */
function statementsOf(encoded: string): z.infer<typeof TrustPolicy>['Statement'] {
  try {
    return TrustPolicy.parse(JSON.parse(decodeURIComponent(encoded))).Statement;
  } catch (cause) {
    throw new SlipwayError(
      'INTERNAL',
      "Slipway couldn't read the trust policy of the role. Check it in IAM.",
      { cause },
    );
  }
}
