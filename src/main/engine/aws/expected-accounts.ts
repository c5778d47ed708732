import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AwsCredentialIdentity } from '@smithy/types';
import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { AccountNumber } from '../../../shared/model/account.ts';
import type { Logger, Paths } from '../ports/ports.ts';
import { replacePrivateFile } from '../storage/private-files.ts';
import type { KnownAccount } from './known-account.ts';

/** The AWS account that the credentials of each profile belonged to when they were first used. */
export interface KeptAccounts {
  /** Undefined for an account that was not used yet. Throws UNAVAILABLE for a damaged file. */
  of(id: string): string | undefined;
  /** By the ids of the accounts. None for a damaged file. */
  all(): ReadonlyMap<string, string>;
  /** The ids of all accounts that belong to the same AWS account as this one, with itself. */
  same(id: string): readonly string[];
  /** Throws UNAVAILABLE when it cannot be written. */
  keep(id: string, accountNumber: string): void;
}

const Kept = z.record(z.string(), AccountNumber);

/** `accounts.json` of the data folder. It is read each time, because another process may have changed it. */
export function openKeptAccounts({ data }: Paths): KeptAccounts {
  const file = join(data, 'accounts.json');

  function read(): z.infer<typeof Kept> {
    try {
      return Kept.parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
      throw new SlipwayError(
        'UNAVAILABLE',
        `${file} cannot be read, so the accounts of the profiles cannot be checked. Correct it, or delete it: then the next use of each profile keeps its account.`,
        { cause: error },
      );
    }
  }

  function all(): ReadonlyMap<string, string> {
    try {
      return new Map(Object.entries(read()));
    } catch (error) {
      if (error instanceof SlipwayError) return new Map();
      throw error;
    }
  }

  return {
    of(id) {
      const kept = read();
      return Object.hasOwn(kept, id) ? kept[id] : undefined;
    },
    all,
    same(id) {
      const numbers = all();
      const number = numbers.get(id);
      const others = [...numbers].filter(([other, each]) => each === number && other !== id);
      return [id, ...others.map(([other]) => other)];
    },
    keep(id, accountNumber) {
      const kept = { ...read(), [id]: accountNumber };
      try {
        replacePrivateFile(file, `${JSON.stringify(kept, undefined, 2)}\n`);
      } catch (error) {
        throw new SlipwayError('UNAVAILABLE', `${file} cannot be written. The account is not kept.`, {
          cause: error,
        });
      }
    },
  };
}

/** The environment of slipway.yml that a command was started for, as far as its account goes. */
interface ExpectingProject {
  readonly name: string;
  readonly environment: { readonly account?: string | undefined };
}

interface AccountGuard {
  readonly known: KnownAccount;
  readonly provide: (region: string) => Promise<AwsCredentialIdentity>;
  /** Asks AWS whose credentials they are. Undefined where AWS does not say. */
  readonly identify: (credentials: AwsCredentialIdentity, region: string) => Promise<string | undefined>;
  readonly kept: KeptAccounts | undefined;
  readonly project: ExpectingProject | undefined;
  readonly logger: Logger;
}

/**
 * The same credentials, if they belong to the account that is expected: the one of slipway.yml, or else the one that they
 * belonged to when the profile was first used. Fails with AUTH_REQUIRED for those of another account, so that nothing is
 * sent, and with what STS answers where the account cannot be found out although one is expected.
 */
export function ofExpectedAccount({
  known,
  provide,
  identify,
  kept,
  project,
  logger,
}: AccountGuard): AccountGuard['provide'] {
  const { account, source } = known;
  // The keys of a pipeline are others in each run, and the host itself knows whose its own accounts are.
  const keeps = source.kind === 'profile' ? kept : undefined;
  const ofProject = source.kind === 'fixed' ? undefined : project?.environment.account;
  if (keeps === undefined && ofProject === undefined) return provide;
  const numbers = new WeakMap<AwsCredentialIdentity, Promise<string | undefined>>();

  /** Asked once for all who wait. A failure is not kept. */
  function numberOf(credentials: AwsCredentialIdentity, region: string): Promise<string | undefined> {
    const known = numbers.get(credentials);
    if (known !== undefined) return known;
    const number = identify(credentials, region);
    numbers.set(credentials, number);
    number.catch(() => numbers.delete(credentials));
    return number;
  }

  async function firstNumberOf(
    credentials: AwsCredentialIdentity,
    region: string,
  ): Promise<string | undefined> {
    try {
      return await numberOf(credentials, region);
    } catch (error) {
      if (error instanceof SlipwayError && error.code === 'AUTH_REQUIRED') throw error;
      // An endpoint without STS, such as that of another service, worked before there was an account to compare with.
      logger.warn(
        { err: error, account: account.name },
        'The account of these credentials was not found out',
      );
      return undefined;
    }
  }

  function keepFirst(accountNumber: string): void {
    try {
      keeps?.keep(account.id, accountNumber);
    } catch (error) {
      logger.warn({ err: error, account: account.name }, 'The account of these credentials was not kept');
    }
  }

  return async (region) => {
    const credentials = await provide(region);
    const expected = ofProject ?? keeps?.of(account.id);
    if (expected === undefined) {
      const first = await firstNumberOf(credentials, region);
      if (first !== undefined) keepFirst(first);
      return credentials;
    }
    const actual = await numberOf(credentials, region);
    if (actual === expected) return credentials;
    throw otherAccount(known, { expected, actual, project: ofProject === undefined ? undefined : project });
  };
}

interface OtherAccount {
  readonly expected: string;
  readonly actual: string | undefined;
  readonly project: ExpectingProject | undefined;
}

function otherAccount(
  { account }: KnownAccount,
  { expected, actual = 'that AWS does not name', project }: OtherAccount,
): SlipwayError {
  const sentence =
    project === undefined
      ? `Slipway expects the account ${expected} for ${account.name}, but its credentials belong to the account ${actual}, so nothing was sent. Correct the profile, or accept the other account in the window or with \`slipway call accounts.accept\`.`
      : `The environment ${project.name} of slipway.yml is in the account ${expected}, but the credentials of ${account.name} belong to the account ${actual}, so nothing was sent. Use credentials of ${expected}, or correct slipway.yml.`;
  return new SlipwayError('AUTH_REQUIRED', sentence, {
    detail: {
      expectedAccount: expected,
      actualAccount: actual,
      ...(project === undefined ? { account: account.id } : {}),
    },
  });
}
