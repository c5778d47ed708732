import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { Logger } from '../ports/ports.ts';
import { lastPartOf } from './arns.ts';
import type { Aws, Priority } from './aws.ts';

/** The ARN of the caller, as STS tells it: of an assumed role with its session. Throws what STS refuses. */
export type ReadIdentity = () => Promise<string>;

/** Asks AWS when that is needed, and once for all that ask. */
export function identityReader(
  { aws, priority = 'clicked' }: { readonly aws: Pick<Aws, 'sts'>; readonly priority?: Priority },
  scope: Scope,
  signal: AbortSignal,
): ReadIdentity {
  let identity: Promise<string> | undefined;
  return () => {
    identity ??= aws
      .sts(scope, priority)
      .send(new GetCallerIdentityCommand({}), { abortSignal: signal })
      .then(({ Arn = '' }) => Arn);
    return identity;
  };
}

/** Who AWS says that we are, in short. A release does not fail because AWS does not say: it is a note. */
export async function readCallerIdentity(
  { aws, logger }: { readonly aws: Pick<Aws, 'sts'>; readonly logger: Logger },
  scope: Scope,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { Arn } = await aws
      .sts(scope, 'clicked')
      .send(new GetCallerIdentityCommand({}), { abortSignal: signal });
    return Arn === undefined ? undefined : lastPartOf(Arn);
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'CANCELLED') throw error;
    logger.warn({ err: error }, 'AWS returned no caller identity; the journal entry has no name.');
    return undefined;
  }
}
