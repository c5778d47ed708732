import type { CallContext } from '../aws-api/service.ts';
import type { ImageSource } from '../registry/image-source.ts';
import type { Ecs } from '../services/ecs/ecs.ts';

/** For tests that make thousands of calls: the operations without HTTP. */
export function callerOf(
  ecs: Ecs,
  region = 'us-east-1',
): (name: string, input: object) => Promise<Record<string, unknown>> {
  const caller: CallContext = {
    accountId: '123456789012',
    region,
    principalArn: 'arn:aws:iam::123456789012:user/tester',
    permissions: 'everything',
    hasSessionToken: false,
    session: {},
    proof: undefined,
    allows: () => true,
    endpoint: 'http://127.0.0.1:1',
  };
  return async (name, input) => {
    const operation = ecs.service.operations[name];
    if (operation === undefined) throw new Error(`There is no operation ${name}.`);
    return { ...(await operation.run(input, caller)) };
  };
}

/** A registry of which nobody knows anything: every image is one of another registry, and runs. */
export const alwaysFound: ImageSource = { resolve: () => undefined };
