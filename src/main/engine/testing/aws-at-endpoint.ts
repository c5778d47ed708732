import { pino } from 'pino';
import type { Scope } from '../../../shared/model/account.ts';
import { openAccounts } from '../aws/accounts.ts';
import type { Aws } from '../aws/aws.ts';
import { createAws } from '../aws/clients.ts';
import { DECLINING_PROMPT } from './declining-prompt.ts';
import { withoutRequestLimits } from './pace.ts';

/** Where tests send their calls, such as a sandbox. */
interface Endpoint {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The real clients of one account at an endpoint, for tests; nothing of the machine's own AWS files. */
export async function awsAtEndpoint({
  endpoint,
  region,
  credentials,
}: Endpoint): Promise<{ readonly aws: Aws & { close(): void }; readonly scope: Scope }> {
  const outside = {
    environment: { AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none' },
    clock: { now: () => new Date() },
    logger: pino({ level: 'silent' }),
  };
  const account = { id: 'test', name: 'test', region, endpoint, credentials };
  const accounts = await openAccounts({ ...outside, accounts: [account] });
  return {
    aws: createAws({ ...outside, accounts, prompt: DECLINING_PROMPT, limitsOf: withoutRequestLimits }),
    scope: { account: 'test', region },
  };
}
