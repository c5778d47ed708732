import { type ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { SlipwayError } from '../../../shared/errors.ts';
import type { KnownSecrets } from '../ports/known-secrets.ts';

/** What an image registry of ECR takes. `serveraddress` is its URL. */
export interface EcrLogin {
  readonly username: string;
  readonly password: string;
  readonly serveraddress: string;
}

/**
 * A fresh login for the registry of an account (ECR GetAuthorizationToken: base64 of `AWS:password`, good for
 * 12 hours). It goes along with a push and is kept nowhere; `secrets` learns it, because registries and proxies repeat it.
 */
export async function readRegistryLogin(
  ecr: ECRClient,
  secrets: KnownSecrets,
  signal: AbortSignal,
): Promise<EcrLogin> {
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}), { abortSignal: signal });
  const { authorizationToken, proxyEndpoint } = authorizationData?.[0] ?? {};
  const [username, ...password] = Buffer.from(authorizationToken ?? '', 'base64')
    .toString('utf8')
    .split(':');
  if (!username || password.length === 0 || proxyEndpoint === undefined) {
    throw new SlipwayError(
      'REGISTRY_REFUSED',
      'ECR returned no credentials for its registry. Try again in a moment.',
      {
        retryable: true,
      },
    );
  }
  secrets.add(authorizationToken, password.join(':'));
  return { username, password: password.join(':'), serveraddress: proxyEndpoint };
}
