import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Passwords for `docker login` and signatures for download addresses: each carries when it ends, none is kept. */
export interface AccessTokens {
  /** A token for one purpose, valid until `expiresAt`. */
  issue(purpose: string, expiresAt: Date): string;
  isValid(purpose: string, token: string, now: Date): boolean;
}

/** Tokens are good for this process only: the key is random. */
export function createAccessTokens(): AccessTokens {
  const key = randomBytes(32);
  const sign = (purpose: string, expiry: string) =>
    createHmac('sha256', key).update(`${purpose}\n${expiry}`).digest('base64url');
  return {
    issue(purpose, expiresAt) {
      const expiry = String(expiresAt.getTime());
      return `${expiry}.${sign(purpose, expiry)}`;
    },
    isValid(purpose, token, now) {
      const [expiry = '', signature = ''] = token.split('.');
      const expected = Buffer.from(sign(purpose, expiry));
      const given = Buffer.from(signature);
      const genuine = given.length === expected.length && timingSafeEqual(given, expected);
      return genuine && now.getTime() < Number(expiry);
    },
  };
}
