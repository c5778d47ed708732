import { fromIni } from '@aws-sdk/credential-providers';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { SlipwayError } from '../../../shared/errors.ts';
import type { RequestHandler } from '../network/request-handler.ts';
import type { KnownSecrets } from '../ports/known-secrets.ts';
import type { Clock, Ports, Prompt } from '../ports/ports.ts';
import type { KnownAccount } from './accounts.ts';
import { sharedFilePaths } from './config-file.ts';
import { credentialsRefused } from './credential-errors.ts';

/** The credentials of one account, shared by all of its clients. */
export interface AccountCredentials {
  /** Fails with AUTH_REQUIRED, MFA_REQUIRED or UNAVAILABLE. */
  readonly provide: AwsCredentialIdentityProvider;
  /** Whether `provide` would ask a person for an MFA code now. */
  asksForCode(): boolean;
  /** Forgets them, because AWS has refused them: the next request asks again. */
  forget(): void;
}

interface CredentialPorts extends Pick<Ports, 'environment' | 'clock'> {
  readonly prompt: Prompt;
  readonly secrets: KnownSecrets;
  /** Sends the requests of roles and SSO sessions. */
  readonly requestHandler: RequestHandler;
}

/** Credentials are fetched again this long before they expire. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** After a refused prompt nobody is asked again for this long, so that polling does not nag. */
const QUIET_MS = 30_000;

/** Credentials that are fetched once for all who ask at the same time, and kept until they are about to expire. */
export function openCredentials(known: KnownAccount, ports: CredentialPorts): AccountCredentials {
  const load = loaderOf(known, ports);
  let kept: AwsCredentialIdentity | undefined;
  let loading: Promise<AwsCredentialIdentity> | undefined;
  let refused: { readonly error: SlipwayError; readonly at: number } | undefined;

  async function loadAndKeep(): Promise<AwsCredentialIdentity> {
    try {
      kept = await load();
      ports.secrets.add(kept.secretAccessKey, kept.sessionToken);
      refused = undefined;
      return kept;
    } catch (error) {
      const sentence = credentialsRefused(error, known.account.name);
      if (sentence.code === 'MFA_REQUIRED') refused = { error: sentence, at: ports.clock.now().getTime() };
      throw sentence;
    } finally {
      loading = undefined;
    }
  }

  return {
    async provide() {
      if (kept && isFresh(kept, ports.clock)) return kept;
      if (refused && ports.clock.now().getTime() - refused.at < QUIET_MS) throw refused.error;
      loading ??= loadAndKeep();
      return loading;
    },
    asksForCode() {
      if (kept && isFresh(kept, ports.clock)) return false;
      return known.source.kind === 'profile' && known.source.asksForCode;
    },
    forget() {
      kept = undefined;
    },
  };
}

function isFresh({ expiration }: AwsCredentialIdentity, clock: Clock): boolean {
  return expiration === undefined || expiration.getTime() - clock.now().getTime() > RENEW_BEFORE_MS;
}

function loaderOf({ account, source, endpoints }: KnownAccount, ports: CredentialPorts) {
  switch (source.kind) {
    case 'fixed':
      return async () => source.credentials;
    case 'environment':
      return async () => environmentCredentials(ports.environment);
    case 'profile': {
      const provider = fromIni({
        profile: source.profile,
        ...sharedFilePaths(ports.environment),
        ignoreCache: true,
        mfaCodeProvider: (serial) =>
          ports.prompt.mfaCode(`MFA code of ${serial}, for the profile ${source.profile}`),
        clientConfig: {
          region: account.region,
          requestHandler: ports.requestHandler,
          ...(endpoints.sts ? { endpoint: endpoints.sts } : {}),
        },
      });
      return () => provider();
    }
  }
}

function environmentCredentials(environment: Ports['environment']): AwsCredentialIdentity {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new SlipwayError(
      'AUTH_REQUIRED',
      'The environment holds no AWS keys. Set AWS_ACCESS_KEY_ID again.',
    );
  }
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  };
}
