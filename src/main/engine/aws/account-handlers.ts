import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Accounts } from './accounts.ts';
import type { Aws } from './aws.ts';
import type { KeptAccounts } from './expected-accounts.ts';
import type { KnownAccount } from './known-account.ts';

interface AccountDependencies {
  readonly accounts: Accounts;
  readonly aws: Aws;
  readonly keptAccounts: KeptAccounts;
}

/** The accounts.* methods. */
export function createAccountHandlers({
  accounts,
  aws,
  keptAccounts,
}: AccountDependencies): Pick<
  Handlers,
  'accounts.list' | 'accounts.identity' | 'accounts.signIn' | 'accounts.accept' | 'accounts.budget'
> {
  return {
    async 'accounts.list'() {
      await accounts.reload();
      const problem = accounts.problem();
      const numbers = keptAccounts.all();
      return {
        accounts: accounts.list().map((known) => withNumber(known, numbers)),
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

    async 'accounts.accept'({ account: id, accountNumber }) {
      const { account, source } = accounts.find(id);
      if (source.kind !== 'profile') {
        throw new SlipwayError(
          'INVALID_INPUT',
          `Slipway keeps no AWS account for ${account.name}. Only those of profiles are kept.`,
        );
      }
      keptAccounts.keep(id, accountNumber);
      return {};
    },

    async 'accounts.budget'(scope) {
      accounts.find(scope.account);
      return aws.budget(scope);
    },
  };
}

function withNumber(
  { account }: KnownAccount,
  numbers: ReadonlyMap<string, string>,
): KnownAccount['account'] {
  const accountNumber = numbers.get(account.id);
  return accountNumber === undefined ? account : { ...account, accountNumber };
}
