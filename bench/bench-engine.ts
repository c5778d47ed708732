import { pino } from 'pino';
import { createEngine, type Engine } from '../src/main/engine/engine.ts';
import { createKnownSecrets } from '../src/main/engine/ports/known-secrets.ts';
import type { FixedAccount } from '../src/main/engine/ports/ports.ts';

interface BenchEngine {
  readonly account: Pick<FixedAccount, 'endpoint' | 'region' | 'credentials'>;
  /** The data folder. */
  readonly data: string;
  readonly pollIntervalMs?: number | undefined;
  /** Of the locks of the ledger. */
  readonly times?: { readonly leaseMs: number; readonly graceMs: number } | undefined;
  /** The ids of accounts that all are at the sandbox; one by default. */
  readonly accountIds?: readonly string[];
}

/** An engine over one sandbox, without the profiles of this machine and without a log. */
export function openBenchEngine({
  account,
  data,
  pollIntervalMs,
  times,
  accountIds = ['sandbox'],
}: BenchEngine): Promise<Engine> {
  const { endpoint, region, credentials } = account;
  return createEngine({
    environment: { AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none' },
    paths: { data },
    clock: { now: () => new Date() },
    logger: pino({ level: 'silent' }),
    secrets: createKnownSecrets(),
    host: { host: 'cli', version: '0.0.0' },
    accounts: accountIds.map((id) => ({ id, name: id, endpoint, region, credentials })),
    ...(pollIntervalMs === undefined ? {} : { pollIntervalMs }),
    ...(times === undefined ? {} : { locks: { times } }),
  });
}
