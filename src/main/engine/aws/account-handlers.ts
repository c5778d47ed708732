import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Accounts } from './accounts.ts';
import type { Aws } from './aws.ts';

interface AccountDependencies {
  readonly accounts: Accounts;
  readonly aws: Aws;
}

/** The accounts.* methods. */
export function createAccountHandlers({
  accounts,
  aws,
}: AccountDependencies): Pick<
  Handlers,
  'accounts.list' | 'accounts.identity' | 'accounts.signIn' | 'accounts.budget'
> {
  return {
    async 'accounts.list'() {
      await accounts.reload();
      const problem = accounts.problem();
      return {
        accounts: accounts.list().map(({ account }) => account),
        ...(problem === undefined ? {} : { problem }),
      };
    },

    async 'accounts.identity'(scope, { signal }) {
      const client = aws.sts(scope, 'visible');
      const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
      if (Account === undefined || Arn === undefined) {
        throw new SlipwayError(
          'UNAVAILABLE',
          'The endpoint returned no caller identity. Check that it is an AWS endpoint.',
        );
      }
      return { accountNumber: Account, arn: Arn };
    },

    async 'accounts.signIn'(scope) {
      await aws.signIn(scope);
      return {};
    },

    async 'accounts.budget'(scope) {
      accounts.find(scope.account);
      return aws.budget(scope);
    },
  };
}
