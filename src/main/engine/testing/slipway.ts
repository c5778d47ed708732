import { pino } from 'pino';
import { type Client, createClient } from '../../../shared/client.ts';
import { createEngine } from '../engine.ts';
import { transportTo } from '../ports/dispatcher-transport.ts';
import { createKnownSecrets } from '../ports/known-secrets.ts';
import { TEST_POLL_INTERVAL_MS, withoutRequestLimits } from './pace.ts';

type EngineOptions = Parameters<typeof createEngine>[0];

/** An AWS that listens somewhere, such as a sandbox. */
interface SomeAws {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A whole engine over a data folder, as a window has it. */
export interface Slipway {
  readonly client: Client;
  /** Another connection to the same engine, as a second window has it. */
  connect(): Client;
  close(): Promise<void>;
}

/**
 * @param accounts so many accounts of one AWS, `sandbox-1` and on, each with a request rate of its own
 * @param approverOf what the host says about approvals of plans
 */
export function openSlipway(
  aws: SomeAws,
  folder: string,
  accounts = 0,
  approverOf?: EngineOptions['approverOf'],
): Promise<Slipway> {
  const { endpoint, credentials, region } = aws;
  const more = Array.from({ length: accounts }, (_, index) => `sandbox-${index + 1}`);
  return openWith(
    folder,
    ['sandbox', ...more].map((id) => ({ id, name: id, region, endpoint, credentials })),
    approverOf === undefined ? {} : { approverOf },
  );
}

/** With some AWS each under the name of an account. */
export function openSlipwayOf(accounts: Readonly<Record<string, SomeAws>>, folder: string): Promise<Slipway> {
  return openWith(
    folder,
    Object.entries(accounts).map(([id, { endpoint, credentials, region }]) => ({
      id,
      name: id,
      region,
      endpoint,
      credentials,
    })),
  );
}

/** With the profiles of the AWS files in the home folder `folder` alone. */
export function openSlipwayWithProfiles(
  folder: string,
  environment: EngineOptions['environment'] = {},
): Promise<Slipway> {
  return openWith(folder, [], { environment });
}

async function openWith(
  folder: string,
  accounts: EngineOptions['accounts'],
  { approverOf, environment = {} }: Partial<Pick<EngineOptions, 'approverOf' | 'environment'>> = {},
): Promise<Slipway> {
  const engine = await createEngine({
    environment: { HOME: folder, ...environment },
    paths: { data: folder },
    clock: { now: () => new Date() },
    logger: pino({ level: 'silent' }),
    secrets: createKnownSecrets(),
    host: { host: 'browser', version: '1.2.3' },
    accounts,
    ...(approverOf === undefined ? {} : { approverOf }),
    pollIntervalMs: TEST_POLL_INTERVAL_MS,
    limitsOf: withoutRequestLimits,
  });
  const connect = (): Client => createClient(transportTo(engine.dispatcher));
  return { client: connect(), connect, close: () => engine.close() };
}
