import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Output } from '../../../shared/contract.ts';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { Account, Identity } from '../../../shared/model/account.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Logger } from '../ports/ports.ts';
import { aborted } from '../ports/prompts.ts';
import type { AccountAliases } from './account-aliases.ts';
import type { Accounts } from './accounts.ts';
import { addProfile } from './add-profile.ts';
import type { Aws } from './aws.ts';
import type { KeptAccounts } from './expected-accounts.ts';
import { stateOf, watchFiles } from './file-watch.ts';
import { isSameAccount, type KnownAccount } from './known-account.ts';
import type { SandboxOnDemand } from './sandbox-on-demand.ts';
import type { Variables } from './shared-config.ts';

interface AccountDependencies {
  readonly accounts: Accounts;
  readonly aws: Aws;
  readonly keptAccounts: KeptAccounts;
  readonly aliases: AccountAliases;
  readonly logger: Logger;
  readonly environment: Variables;
  readonly sandbox: Pick<SandboxOnDemand, 'state'>;
}

/** The accounts.* methods. */
export function createAccountHandlers({
  accounts,
  aws,
  keptAccounts,
  aliases,
  logger,
  environment,
  sandbox,
}: AccountDependencies): Pick<
  Handlers,
  | 'accounts.list'
  | 'accounts.watch'
  | 'accounts.identity'
  | 'accounts.signIn'
  | 'accounts.accept'
  | 'accounts.roles'
  | 'accounts.addProfile'
  | 'accounts.budget'
> {
  const identities = new Map<string, Identity & { readonly of: KnownAccount }>();

  /** With what the engine has learned of it since the files were read. */
  function described(known: KnownAccount, numbers: ReadonlyMap<string, string>): Account {
    const { account } = known;
    const identity = identities.get(account.id);
    const kept = numbers.get(account.id);
    const expiresAt = aws.expiresAt(account.id)?.toISOString();
    const isNamed = identity !== undefined && isSameAccount(identity.of, known);
    const accountNumber = isNamed ? identity.accountNumber : (kept ?? account.accountNumber);
    const accountAlias = accountNumber === undefined ? undefined : aliases.of(accountNumber);
    return {
      ...account,
      ...(accountNumber === undefined ? {} : { accountNumber }),
      ...(accountAlias === undefined ? {} : { accountAlias }),
      ...(isNamed ? { arn: identity.arn } : {}),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
  }

  async function list(): Promise<Immutable<Output<'accounts.list'>>> {
    await accounts.reload();
    const problem = accounts.problem();
    const numbers = keptAccounts.all();
    const sessions = accounts.sessions();
    const state = sandbox.state();
    return {
      accounts: accounts.list().map((known) => described(known, numbers)),
      ...(sessions.length === 0 ? {} : { sessions }),
      ...(problem === undefined ? {} : { problem }),
      ...(state === undefined ? {} : { sandbox: state }),
    };
  }

  /**
   * All that a change of the files can change, keys included: credentials are fetched again with them. A sign-in elsewhere
   * changes a token alone.
   */
  const state = (): string =>
    JSON.stringify([
      accounts.list(),
      accounts.problem(),
      accounts.sessions(),
      accounts.tokenFiles().map(stateOf),
    ]);

  return {
    'accounts.list': list,

    async 'accounts.watch'(_input, { signal, emit }) {
      const failed = Promise.withResolvers<never>();
      failed.promise.catch(() => undefined);
      let known: string | undefined;
      async function tell(): Promise<void> {
        const answer = await list();
        const now = state();
        if (now !== known) emit(answer);
        known = now;
        watching.refresh();
      }
      const watching = watchFiles(() => [...accounts.files, ...accounts.tokenFiles()], {
        logger,
        onChange: () => void tell().catch(failed.reject),
      });
      const stopListening = accounts.onChange(() => void tell().catch(failed.reject));
      try {
        await tell();
        await Promise.race([aborted(signal), failed.promise]);
      } finally {
        stopListening();
        watching.close();
      }
      throw cancelled('accounts.watch');
    },

    async 'accounts.identity'(scope, { signal }) {
      const known = accounts.find(scope.account);
      const client = aws.sts(scope, 'visible');
      const { Account: accountNumber, Arn: arn } = await client.send(new GetCallerIdentityCommand({}), {
        abortSignal: signal,
      });
      if (accountNumber === undefined || arn === undefined) {
        throw new SlipwayError(
          'UNAVAILABLE',
          'The endpoint returned no caller identity. Check that it is an AWS endpoint.',
        );
      }
      identities.set(scope.account, { of: known, arn, accountNumber });
      await aliases.read(scope, accountNumber, signal);
      const accountAlias = aliases.of(accountNumber);
      return { accountNumber, arn, ...(accountAlias === undefined ? {} : { accountAlias }) };
    },

    async 'accounts.signIn'(scope) {
      await aws.signIn(scope);
      return {};
    },

    async 'accounts.roles'({ session }) {
      await accounts.reload();
      return aws.rolesOf(session);
    },

    async 'accounts.addProfile'(profile) {
      await accounts.reload();
      accounts.session(profile.session);
      const file = await addProfile(profile, environment);
      await accounts.reload();
      return { account: `profile:${profile.name}`, file };
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
