import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import type { AccessKeys, TemporaryKey } from '../../aws-api/access-keys.ts';
import type { Clock } from '../../core/clock.ts';
import { isJsonObject, parseJson } from '../../core/json.ts';

export interface LoginOptions {
  readonly accessKeys: AccessKeys;
  readonly accountId: string;
  readonly clock: Clock;
}

/** A sign-in that the browser brings back to the program. */
interface LoginCode {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly endsAt: number;
}

/** A login until its end, bound to the key of the machine that it was made on. */
export interface Login {
  readonly refreshToken: string;
  readonly thumbprint: string;
  readonly endsAt: number;
}

/** "The short-term credentials expire in 15 minutes … refresh them as needed up to 12 hours": Login credentials provider. */
export const KEY_SECONDS = 900;
const LOGIN_MS = 12 * 3_600_000;
const CODE_MS = 10 * 60_000;
/** Of each kind; the oldest is forgotten first and then unknown. */
const MOST_KEPT = 1000;

export type LoginSessions = ReturnType<typeof createLoginSessions>;

/** The logins with the console of the sandbox, in memory. They end by the wall's clock, which the programs count by. */
export function createLoginSessions({ accessKeys, accountId, clock }: LoginOptions) {
  const codes = new Map<string, LoginCode>();
  const logins = new Map<string, Login>();
  const identity = `arn:aws:iam::${accountId}:user/sandbox`;
  const now = (): number => clock.toWallTime(clock.now()).getTime();

  return {
    /** The code that the browser brings back. */
    allow(clientId: string, redirectUri: string, challenge: string): string {
      const code = randomBytes(48).toString('base64url');
      keep(codes, code, { clientId, redirectUri, challenge, endsAt: now() + CODE_MS });
      return code;
    },
    /** A code is good once; undefined for any other. */
    spend(code: string): LoginCode | undefined {
      const found = codes.get(code);
      codes.delete(code);
      return found !== undefined && found.endsAt > now() ? found : undefined;
    },
    begin(thumbprint: string): Login {
      const login = {
        refreshToken: randomBytes(96).toString('base64url'),
        thumbprint,
        endsAt: now() + LOGIN_MS,
      };
      keep(logins, login.refreshToken, login);
      return login;
    },
    /** Undefined for a login that is unknown or over. */
    find(refreshToken: string): Login | undefined {
      const login = logins.get(refreshToken);
      return login !== undefined && login.endsAt > now() ? login : undefined;
    },
    issueKeys(): TemporaryKey {
      const expiresAt = clock.fromWallTime(new Date(now() + KEY_SECONDS * 1000));
      return accessKeys.issue({ principalArn: identity, permissions: 'everything', expiresAt });
    },
    /** Who has signed in (OpenID Connect Core, 2). Its signature is none. */
    idTokenFor(clientId: string): string {
      const seconds = Math.floor(now() / 1000);
      const claims = {
        iss: 'https://signin.aws',
        sub: identity,
        aud: clientId,
        iat: seconds,
        exp: seconds + KEY_SECONDS,
      };
      return [{ alg: 'none', typ: 'JWT' }, claims, 'sandbox']
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
    },
  };
}

/**
 * The thumbprint (RFC 7638) of the key that made a proof for a request; undefined where it proves nothing: RFC 9449, 4.3.
 * Its age and whether it was used before are not looked at.
 */
export function thumbprintOf(proof: string | undefined, method: string, address: string): string | undefined {
  const parts = proof?.split('.') ?? [];
  const [header, claims] = parts.map((part) => parseJson(Buffer.from(part, 'base64url').toString()));
  if (parts.length !== 3 || !isJsonObject(header) || !isJsonObject(claims)) return undefined;
  if (header.typ !== 'dpop+jwt' || header.alg !== 'ES256' || !isJsonObject(header.jwk)) return undefined;
  if (typeof claims.jti !== 'string' || claims.htm !== method || claims.htu !== address) return undefined;
  const { kty, crv, x, y, d } = header.jwk;
  if (kty !== 'EC' || crv !== 'P-256' || typeof x !== 'string' || typeof y !== 'string' || d !== undefined)
    return undefined;
  try {
    const key = createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
    const signed = Buffer.from(parts.slice(0, 2).join('.'));
    const signature = Buffer.from(parts[2] ?? '', 'base64url');
    if (!verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature)) return undefined;
    return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  } catch {
    // The point is not on the curve.
    return undefined;
  }
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  const [oldest] = map.keys();
  if (oldest !== undefined && map.size >= MOST_KEPT) map.delete(oldest);
  map.set(key, value);
}
