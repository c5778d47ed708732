import { z } from 'zod';
import {
  Account,
  AccountId,
  AccountNumber,
  Identity,
  NewProfile,
  OfferedRole,
  Region,
  RequestBudget,
  Scope,
} from '../model/account.ts';
import { lazyObject, lazyStrictObject } from '../model/lazy-objects.ts';
import { RegionClusters } from '../model/overview.ts';
import { RefusedChange, RefusedQuery } from '../model/permission.ts';
import { Done, type Methods, Nothing } from './method.ts';

const AccountList = lazyObject(() => ({
  accounts: z.array(Account),
  /** Why the AWS files could not be read, if they could not. */
  problem: z.string().optional(),
  /** The sessions of IAM Identity Center in the config file, whose roles can become profiles. */
  sessions: z.array(z.string()).optional(),
  /**
   * `offered`: accounts.startSandbox starts a sandbox. `started`: that has started one. Missing where there is none to start, also
   * because Slipway was started with it.
   */
  sandbox: z.enum(['offered', 'started']).optional(),
}));

/** Methods about accounts. */
export const accountsMethods = {
  'accounts.list': {
    kind: 'query',
    about:
      'Lists the sandbox and the profiles in the shared AWS files. Each says what its credentials come from, its AWS account as far as the files name it, its identity once AWS has named it, when it expires, and why it cannot work. An account without a region needs one in the input of each call. Sends nothing to AWS.',
    input: Nothing,
    output: AccountList,
  },
  'accounts.watch': {
    kind: 'stream',
    about:
      'Streams what accounts.list returns: at once, and after each change. Ends when cancelled. Sends nothing to AWS.',
    input: Nothing,
    event: AccountList,
    output: Done,
  },
  'accounts.identity': {
    kind: 'query',
    about: 'Returns the caller identity (STS GetCallerIdentity). accounts.list repeats it afterwards.',
    input: Scope,
    output: Identity,
  },
  'accounts.signIn': {
    kind: 'change',
    about:
      'Gets the credentials of the account. Asks over prompts.watch for a sign-in or an MFA code where one is needed, also when it was declined a moment ago.',
    input: Scope,
    output: Done,
  },
  'accounts.regions': {
    kind: 'query',
    about:
      'Finds the regions of the account that have clusters. Sends one ListClusters for each region of the partition, and says which refuse or are not enabled. The region of the input, or of the account, is asked first.',
    input: lazyStrictObject(() => ({ account: AccountId, region: Region.optional() })),
    output: z.array(RegionClusters),
  },
  'accounts.roles': {
    kind: 'query',
    about:
      'Lists the accounts and roles of a session of IAM Identity Center. The session is [sso-session NAME] of the config file. ' +
      'Asks over prompts.watch to sign in where that is needed.',
    input: NewProfile.pick({ session: true }),
    output: z.array(OfferedRole),
  },
  'accounts.addProfile': {
    kind: 'change',
    about:
      'Adds a role of accounts.roles as a profile at the end of the shared config file. Returns its account id, which can be used at once, and the path of the file. A name that exists is refused.',
    input: NewProfile,
    output: lazyObject(() => ({ account: AccountId, file: z.string() })),
  },
  'accounts.startSandbox': {
    kind: 'change',
    about:
      'Starts the embedded AWS beside the profiles, and lists its account. Returns the account where it was started before. Only in the window.',
    input: Nothing,
    output: lazyObject(() => ({
      account: AccountId,
      region: Region,
      /** Another Slipway uses the data of the sandbox: this one ends with its data. */
      isTemporary: z.boolean(),
    })),
  },
  'accounts.stopSandbox': {
    kind: 'change',
    about:
      'Stops the sandbox that accounts.startSandbox has started. Its data is kept. Refused while a job is at work there.',
    input: Nothing,
    output: Done,
  },
  'accounts.refused': {
    kind: 'query',
    about:
      'Lists changes that AWS would refuse, with the missing action. Known from calls that AWS refused in the last 15 minutes, and from a simulation of the policies where iam:SimulatePrincipalPolicy is allowed. Asks no person.',
    input: RefusedQuery,
    output: z.array(RefusedChange),
  },
  'accounts.accept': {
    kind: 'change',
    about:
      'Keeps another AWS account for a profile. Slipway keeps the account that the credentials of a profile belong to when they are first used; later it refuses those of another account, before anything is sent.',
    input: lazyStrictObject(() => ({ account: AccountId, accountNumber: AccountNumber })),
    output: Done,
  },
  'accounts.budget': {
    kind: 'query',
    about: 'Lists the token buckets that Slipway has used in the account and region.',
    input: Scope,
    output: z.array(RequestBudget),
  },
} as const satisfies Methods;
