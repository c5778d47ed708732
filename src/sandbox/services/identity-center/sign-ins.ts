import { createHash, randomBytes } from 'node:crypto';

/** A program that asks for access, as RegisterClient has made it. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
}

/** A sign-in that a person allows or denies in the browser: by the code of a device, or at a redirect (RFC 8628, RFC 7636). */
export interface SignIn {
  readonly clientId: string;
  readonly expiresAt: Date;
  state: 'pending' | 'allowed' | 'denied' | 'used';
}

interface DeviceSignIn extends SignIn {
  readonly deviceCode: string;
  readonly userCode: string;
  /** The real time of the last poll, in milliseconds. */
  polledAt: number;
}

interface RedirectSignIn extends SignIn {
  readonly redirectUri: string;
  readonly challenge: string;
}

/** What a person gets by a sign-in. */
export interface SignInToken {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly clientId: string;
  readonly expiresAt: Date;
}

/** A session of the access portal lasts 8 hours where its administrator sets nothing else. */
const TOKEN_SECONDS = 8 * 3600;
const CLIENT_SECONDS = 90 * 24 * 3600;
export const DEVICE_SECONDS = 600;
const CODE_SECONDS = 600;
/** Seconds between two polls of a client. */
export const POLL_SECONDS = 1;
/** Of each kind; the oldest is forgotten first and then unknown. */
const MOST_KEPT = 1000;

const USER_CODE_LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const SCOPE_WITH_REFRESH = 'sso:account:access';

export type SignIns = ReturnType<typeof createSignIns>;

/** The clients, sign-ins and tokens of the sandbox's Identity Center, in memory. */
export function createSignIns(wallTime: () => Date) {
  const clients = new Map<string, RegisteredClient>();
  const devices = new Map<string, DeviceSignIn>();
  const redirects = new Map<string, RedirectSignIn>();
  const byAccess = new Map<string, SignInToken>();
  const byRefresh = new Map<string, SignInToken>();

  const inSeconds = (seconds: number): Date => new Date(wallTime().getTime() + seconds * 1000);
  const isOver = ({ expiresAt }: { readonly expiresAt: Date }): boolean => expiresAt <= wallTime();

  function issueToken(clientId: string): SignInToken {
    const isRefreshable = clients.get(clientId)?.scopes.includes(SCOPE_WITH_REFRESH) === true;
    const token: SignInToken = {
      accessToken: secret('aoaAAAAA', 64),
      refreshToken: isRefreshable ? secret('aorAAAAA', 64) : undefined,
      clientId,
      expiresAt: inSeconds(TOKEN_SECONDS),
    };
    keep(byAccess, token.accessToken, token);
    if (token.refreshToken !== undefined) keep(byRefresh, token.refreshToken, token);
    return token;
  }

  return {
    isOver,
    issueToken,
    register(scopes: readonly string[], redirectUris: readonly string[]): RegisteredClient {
      const client: RegisteredClient = {
        clientId: randomBytes(16).toString('base64url'),
        clientSecret: secret('', 96),
        issuedAt: wallTime(),
        expiresAt: inSeconds(CLIENT_SECONDS),
        scopes,
        redirectUris,
      };
      keep(clients, client.clientId, client);
      return client;
    },
    client: (clientId: string) => clients.get(clientId),
    startDevice(clientId: string): DeviceSignIn {
      const signIn: DeviceSignIn = {
        clientId,
        deviceCode: secret('', 48),
        userCode: `${letters(4)}-${letters(4)}`,
        expiresAt: inSeconds(DEVICE_SECONDS),
        state: 'pending',
        polledAt: 0,
      };
      keep(devices, signIn.deviceCode, signIn);
      return signIn;
    },
    device: (deviceCode: string) => devices.get(deviceCode),
    deviceOfUser(userCode: string): DeviceSignIn | undefined {
      const asked = userCode.trim().toUpperCase();
      return [...devices.values()].find((device) => device.userCode === asked && !isOver(device));
    },
    /** The code that the browser brings back to the client. */
    allowRedirect(clientId: string, redirectUri: string, challenge: string): string {
      const code = secret('', 48);
      const expiresAt = inSeconds(CODE_SECONDS);
      keep(redirects, code, { clientId, redirectUri, challenge, expiresAt, state: 'allowed' });
      return code;
    },
    redirect: (code: string) => redirects.get(code),
    ofAccess: (accessToken: string) => byAccess.get(accessToken),
    ofRefresh: (refreshToken: string) => byRefresh.get(refreshToken),
    signOut(accessToken: string): void {
      const token = byAccess.get(accessToken);
      byAccess.delete(accessToken);
      if (token?.refreshToken !== undefined) byRefresh.delete(token.refreshToken);
    },
    /** A refresh token is good once. */
    spendRefresh(refreshToken: string): void {
      byRefresh.delete(refreshToken);
    },
  };
}

/** RFC 7636, 4.6: the challenge is the SHA-256 of the verifier. */
export function matchesChallenge(challenge: string, verifier: string): boolean {
  return createHash('sha256').update(verifier).digest('base64url') === challenge;
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  const [oldest] = map.keys();
  if (oldest !== undefined && map.size >= MOST_KEPT) map.delete(oldest);
  map.set(key, value);
}

function secret(start: string, bytes: number): string {
  return start + randomBytes(bytes).toString('base64url');
}

function letters(count: number): string {
  return [...randomBytes(count)].map((byte) => USER_CODE_LETTERS[byte % USER_CODE_LETTERS.length]).join('');
}
