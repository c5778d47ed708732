import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { type Operation, operation } from '../../aws-api/service.ts';
import { PASSWORD_PURPOSES } from '../../registry/registry-api.ts';
import type { EcrState } from './ecr-state.ts';

const TOKEN_LIFE_MS = 12 * 60 * 60 * 1000;

/**
 * GetAuthorizationToken. The token's 12 hours are real ones, however fast the sandbox's clock runs: it is the client
 * that compares `expiresAt` with its own clock.
 */
export function authorizationOperations({ tokens, clock }: EcrState): readonly Operation[] {
  return [
    operation(GetAuthorizationTokenCommand, (_input, { endpoint, permissions }) => {
      const expiresAt = new Date(Date.now() + TOKEN_LIFE_MS);
      const password = tokens.issue(PASSWORD_PURPOSES[permissions], expiresAt);
      const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64');
      // Timestamps leave the sandbox in the wall's time, so this one is brought into the sandbox's before.
      const inSandboxTime = clock.fromWallTime(expiresAt);
      return {
        authorizationData: [{ authorizationToken, expiresAt: inSandboxTime, proxyEndpoint: endpoint }],
      };
    }),
  ];
}
