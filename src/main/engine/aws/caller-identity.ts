import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { Logger } from '../ports/ports.ts';
import { lastPartOf } from './arns.ts';
import type { Aws } from './aws.ts';

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
