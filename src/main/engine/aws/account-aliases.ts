import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListAccountAliasesCommand } from '@aws-sdk/client-iam';
import { z } from 'zod';
import { AccountNumber, Instant, type Scope } from '../../../shared/model/account.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import type { Clock, Logger, Paths } from '../ports/ports.ts';
import { replacePrivateFile } from '../storage/private-files.ts';
import type { Aws } from './aws.ts';

/** The aliases of AWS accounts, by account ID. */
export interface AccountAliases {
  /** Undefined for an account without one, or whose alias was not read. */
  of(accountNumber: string): string | undefined;
  /** Reads the alias where it was not read for a day. Never rejects: an alias is only a name. */
  read(scope: Scope, accountNumber: string, signal: AbortSignal): Promise<void>;
}

/** `alias` is missing for an account that has none, or does not tell. */
const Kept = z.record(
  AccountNumber,
  lazyObject(() => ({ alias: z.string().max(63).optional(), readAt: Instant })),
);

const KEPT_MS = 24 * 60 * 60_000;
/** IAM has one endpoint for all regions, which a private network may not reach. */
const TIMEOUT_MS = 3_000;

interface AliasPorts {
  readonly aws: Pick<Aws, 'iam'>;
  readonly paths: Pick<Paths, 'data'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** `account-aliases.json` of the data folder. It is read each time, because another process may have changed it. */
export function openAccountAliases({ aws, paths, clock, logger }: AliasPorts): AccountAliases {
  const file = join(paths.data, 'account-aliases.json');

  function kept(): z.infer<typeof Kept> {
    try {
      return Kept.parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch {
      // No file, or a damaged one: each alias is read again.
      return {};
    }
  }

  async function readAlias(scope: Scope, signal: AbortSignal): Promise<string | undefined> {
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const command = new ListAccountAliasesCommand({});
    const { AccountAliases } = await aws.iam(scope, 'visible').send(command, { abortSignal });
    return AccountAliases?.[0];
  }

  return {
    of: (accountNumber) => kept()[accountNumber]?.alias,
    async read(scope, accountNumber, signal) {
      const now = clock.now();
      const known = kept()[accountNumber];
      if (known !== undefined && now.getTime() - Date.parse(known.readAt) < KEPT_MS) return;
      let alias = known?.alias;
      try {
        alias = await readAlias(scope, signal);
      } catch (error) {
        logger.debug({ err: error }, 'The alias of an account was not read');
      }
      if (signal.aborted) return;
      try {
        const read = { readAt: now.toISOString(), ...(alias === undefined ? {} : { alias }) };
        replacePrivateFile(file, JSON.stringify({ ...kept(), [accountNumber]: read }));
      } catch (error) {
        logger.warn({ err: error }, 'The alias of an account was not kept');
      }
    },
  };
}
