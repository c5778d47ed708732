import { ExpiredTokenException$ } from '@aws-sdk/client-sts';
import { type AwsError, awsError } from '../../aws-api/service.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../core/json.ts';

/** Who an identity provider says a caller is. */
export interface WebIdentity {
  readonly subject: string;
  readonly audience: string;
  readonly issuer: string;
}

/**
 * Reads the claims of an OpenID Connect ID token (RFC 7519). Its signature is not verified: the sandbox asks no identity
 * provider for keys.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 *
 * @param now the wall-clock time.
 * @throws AwsError `InvalidIdentityToken` or `ExpiredTokenException`.
 */
export function readWebIdentity(token: string, now: Date): WebIdentity {
  const parts = token.split('.');
  const [header, claims] = parts.map(readPart);
  if (parts.length !== 3 || header === undefined || claims === undefined) {
    throw invalidToken(
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    );
  }
  const { iss, sub, aud, exp } = claims;
  const audience: unknown = Array.isArray(aud) ? aud[0] : aud;
  if (typeof iss !== 'string') throw missingClaim('iss');
  if (typeof sub !== 'string') throw missingClaim('sub');
  if (typeof audience !== 'string') throw missingClaim('aud');
  if (typeof exp !== 'number') throw missingClaim('exp');
  const seconds = Math.floor(now.getTime() / 1000);
  if (exp <= seconds) {
    throw awsError(
      ExpiredTokenException$,
      `Token expired: current date/time ${seconds} must be before the expiration date/time ${exp}`,
    );
  }
  return { subject: sub, audience, issuer: iss };
}

function readPart(part: string): JsonObject | undefined {
  const value = parseJson(Buffer.from(part, 'base64url').toString());
  return isJsonObject(value) ? value : undefined;
}

function missingClaim(claim: string): AwsError {
  return invalidToken(`Missing a required claim: ${claim}`);
}

function invalidToken(message: string): AwsError {
  return awsError('InvalidIdentityToken', message);
}
