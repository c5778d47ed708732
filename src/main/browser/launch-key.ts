import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The secret of one run of the browser host: in the launch address, then in a cookie. */
export interface LaunchKey {
  /** The path of the launch address. It stays good while the process lives, so that the address opens twice. */
  readonly path: string;
  /** The `Set-Cookie` value that a browser gets for the launch address. */
  readonly cookie: string;
  isLaunchPath(pathname: string): boolean;
  /** Whether a `Cookie` header holds the secret. */
  isHeldBy(cookieHeader: string | undefined): boolean;
}

/**
 * Makes the secret of a run. The cookie is HttpOnly and SameSite=Strict.
 *
 * @param run names the cookie. Cookies know no ports, so two hosts on one machine need two names.
 */
export function createLaunchKey(run: string): LaunchKey {
  const secret = randomBytes(32).toString('base64url');
  const name = `slipway-${run}`;
  const path = `/launch/${secret}`;
  return {
    path,
    cookie: `${name}=${secret}; Path=/; HttpOnly; SameSite=Strict`,
    isLaunchPath: (pathname) => isSame(pathname, path),
    isHeldBy: (header) => (header ?? '').split(';').some((pair) => isSame(pair.trim(), `${name}=${secret}`)),
  };
}

/** Compares without telling by its duration how much is right. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
