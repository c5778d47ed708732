import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  AccessDeniedException,
  AuthorizationPendingException,
  CreateTokenCommand,
  type CreateTokenCommandOutput,
  ExpiredTokenException,
  RegisterClientCommand,
  SlowDownException,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc';
import { cancelled, SlipwayError } from '../../../../shared/errors.ts';
import type { RequestHandler } from '../../network/request-handler.ts';
import type { Clock, Prompt } from '../../ports/ports.ts';
import { openRedirectServer, REDIRECT_PATH, signInDenied } from './redirect-server.ts';
import type { SsoSession } from './sso-session.ts';
import type { SsoToken } from './token-file.ts';
import { USUAL_ENDPOINTS } from './usual-endpoints.ts';

interface FlowPorts {
  readonly clock: Clock;
  readonly prompt: Prompt;
  readonly requestHandler: RequestHandler;
  /** Takes the question back. */
  readonly signal: AbortSignal;
  /** Waits between two polls; real time where it is missing. */
  readonly wait?: ((milliseconds: number, signal: AbortSignal) => Promise<unknown>) | undefined;
}

interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly registrationExpiresAt: string;
}

/** A way to sign in that is in progress: where the person goes, and the token that comes of it. */
interface Attempt<Token> {
  readonly address: string;
  readonly code?: string;
  readonly token: Promise<Token>;
}

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const CLIENT_NAME = 'Slipway';
/** A person who has not come back by then has left: the AWS CLI waits as long. */
const LONGEST_MS = 10 * 60_000;
/** RFC 8628, 3.2 and 3.5. */
const USUAL_INTERVAL_SECONDS = 5;
const SLOWER_BY_SECONDS = 5;

/**
 * Lets a person sign in to a session in the browser, as `aws sso login` does: with a redirect to this machine and a
 * proof key (RFC 7636), or with a code where the person asks for one, or where the session is of the older form.
 * Asks once. Rejects with CANCELLED when it is declined, with AUTH_REQUIRED when it is denied or takes over ten minutes,
 * and with what the SDK throws.
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sso.html
 */
export async function signInto(session: SsoSession, ports: FlowPorts): Promise<SsoToken> {
  // Never destroyed: that would end the connections of the account, whose handler it has.
  const client = oidcClient(session, ports.requestHandler);
  if (session.scopes.length === 0) return withCode(session, client, ports);
  return (await withRedirect(session, client, ports)) ?? withCode(session, client, ports);
}

/** A new token for the refresh token of an old one. Rejects with what the SDK throws, such as InvalidGrantException. */
export async function renewToken(
  session: SsoSession,
  old: SsoToken & Client & { readonly refreshToken: string },
  ports: Pick<FlowPorts, 'clock' | 'requestHandler'>,
): Promise<SsoToken> {
  const client = oidcClient(session, ports.requestHandler);
  const { clientId, clientSecret, refreshToken } = old;
  const answer = await client.send(
    new CreateTokenCommand({ clientId, clientSecret, refreshToken, grantType: 'refresh_token' }),
  );
  return { ...tokenOf(session, old, answer, ports.clock), refreshToken: answer.refreshToken ?? refreshToken };
}

/** Undefined when the person would rather use a code. */
async function withRedirect(
  session: SsoSession,
  client: SSOOIDCClient,
  ports: FlowPorts,
): Promise<SsoToken | undefined> {
  const state = randomBytes(16).toString('base64url');
  const codeVerifier = randomBytes(48).toString('base64url');
  const server = await openRedirectServer(state, session.title);
  try {
    const registered = await register(session, client, {
      grantTypes: ['authorization_code', 'refresh_token'],
      redirectUris: [`http://127.0.0.1${REDIRECT_PATH}`],
      issuerUrl: session.startUrl,
    });
    const { redirectUri } = server;
    const address = new URL('authorize', endpointOf(client, session));
    address.search = new URLSearchParams({
      response_type: 'code',
      client_id: registered.clientId,
      redirect_uri: redirectUri,
      state,
      code_challenge_method: 'S256',
      code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
      scopes: session.scopes.join(' '),
    }).toString();
    const token = server.code.then(async (code) => {
      const { clientId, clientSecret } = registered;
      const grant = { grantType: 'authorization_code', code, redirectUri, codeVerifier };
      const answer = await client.send(new CreateTokenCommand({ clientId, clientSecret, ...grant }));
      return tokenOf(session, registered, answer, ports.clock);
    });
    return await askAndWait({ address: address.href, token }, session.title, ports, new AbortController());
  } finally {
    server.close();
  }
}

async function withCode(session: SsoSession, client: SSOOIDCClient, ports: FlowPorts): Promise<SsoToken> {
  const registered = await register(session, client, {});
  const { clientId, clientSecret } = registered;
  const device = await client.send(
    new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl: session.startUrl }),
  );
  const { deviceCode, userCode = '', interval = USUAL_INTERVAL_SECONDS } = device;
  const address = checkedAddress(
    device.verificationUriComplete ?? device.verificationUri ?? session.startUrl,
  );
  const over = new AbortController();
  const pause = ports.wait ?? ((milliseconds, signal) => wait(milliseconds, undefined, { signal }));

  async function poll(): Promise<SsoToken> {
    let seconds = Math.max(1, interval);
    for (;;) {
      await pause(seconds * 1000, over.signal);
      try {
        const grant = { grantType: DEVICE_GRANT, deviceCode };
        const answer = await client.send(new CreateTokenCommand({ clientId, clientSecret, ...grant }), {
          abortSignal: over.signal,
        });
        return tokenOf(session, registered, answer, ports.clock);
      } catch (error) {
        if (error instanceof AccessDeniedException) throw signInDenied(session.title);
        if (error instanceof ExpiredTokenException) throw tookTooLong(session.title);
        if (error instanceof SlowDownException) seconds += SLOWER_BY_SECONDS;
        else if (!(error instanceof AuthorizationPendingException)) throw error;
      }
    }
  }

  const token = await askAndWait({ address, code: userCode, token: poll() }, session.title, ports, over);
  // The page has offered a code already, so it cannot ask for one.
  if (token === undefined) throw cancelled('The sign-in');
  return token;
}

/** Shows where the person signs in until there is a token. Undefined when the person would rather use a code. */
export async function askAndWait<Token>(
  { address, code, token }: Attempt<Token>,
  session: string,
  { prompt, signal }: { readonly prompt: Prompt; readonly signal: AbortSignal },
  over: AbortController,
): Promise<Token | undefined> {
  token.catch(() => undefined);
  const step = { session, address, ...(code === undefined ? {} : { code }) };
  const choice = prompt.signIn(step, AbortSignal.any([over.signal, signal])).then(() => undefined);
  choice.catch(() => undefined);
  try {
    return await withinTenMinutes(session, [token, choice]);
  } finally {
    over.abort();
  }
}

/** The first of the answers. Rejects with AUTH_REQUIRED when there is none in ten minutes. */
export async function withinTenMinutes<Value>(
  session: string,
  answers: readonly Promise<Value>[],
): Promise<Value> {
  const tooLate = AbortSignal.timeout(LONGEST_MS);
  const late = new Promise<never>((_resolve, reject) => {
    tooLate.addEventListener('abort', () => reject(tookTooLong(session)), { once: true });
  });
  late.catch(() => undefined);
  return Promise.race([...answers, late]);
}

function tookTooLong(session: string): SlipwayError {
  return new SlipwayError(
    'AUTH_REQUIRED',
    `The sign-in to ${session} was not finished in ten minutes. Sign in again.`,
  );
}

type Registration = Pick<
  ConstructorParameters<typeof RegisterClientCommand>[0],
  'grantTypes' | 'redirectUris' | 'issuerUrl'
>;

async function register(
  { scopes }: SsoSession,
  client: SSOOIDCClient,
  registration: Registration,
): Promise<Client> {
  const { clientId, clientSecret, clientSecretExpiresAt } = await client.send(
    new RegisterClientCommand({
      clientName: CLIENT_NAME,
      clientType: 'public',
      ...(scopes.length === 0 ? {} : { scopes: [...scopes] }),
      ...registration,
    }),
  );
  if (clientId === undefined || clientSecret === undefined || clientSecretExpiresAt === undefined)
    throw withoutAnswer();
  return { clientId, clientSecret, registrationExpiresAt: momentOf(clientSecretExpiresAt * 1000) };
}

function tokenOf(
  { startUrl, region }: SsoSession,
  { clientId, clientSecret, registrationExpiresAt }: Client,
  { accessToken, expiresIn, refreshToken }: CreateTokenCommandOutput,
  clock: Clock,
): SsoToken {
  if (accessToken === undefined || expiresIn === undefined) throw withoutAnswer();
  const expiresAt = momentOf(clock.now().getTime() + expiresIn * 1000);
  const ofClient = { clientId, clientSecret, registrationExpiresAt };
  return { startUrl, region, accessToken, expiresAt, ...ofClient, ...(refreshToken ? { refreshToken } : {}) };
}

/** A page that a person can be sent to: the service may say anything. */
function checkedAddress(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '')
    return url.href;
  throw new SlipwayError(
    'UNAVAILABLE',
    'The sign-in service named no web page to sign in at. Check that its endpoint is that of IAM Identity Center.',
  );
}

/** As the AWS CLI writes it: UTC, without fractions of a second. */
export function momentOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

function withoutAnswer(): SlipwayError {
  return new SlipwayError(
    'UNAVAILABLE',
    'The sign-in service gave no token. Check that its endpoint is that of IAM Identity Center.',
  );
}

function oidcClient({ region, oidcEndpoint }: SsoSession, requestHandler: RequestHandler): SSOOIDCClient {
  return new SSOOIDCClient({
    region,
    requestHandler,
    ...USUAL_ENDPOINTS,
    ignoreConfiguredEndpointUrls: true,
    ...(oidcEndpoint === undefined ? {} : { endpoint: oidcEndpoint }),
  });
}

/** Where the service is, with a slash at its end. */
function endpointOf(client: SSOOIDCClient, { region, oidcEndpoint }: SsoSession): string {
  const { url } = client.config.endpointProvider({
    Region: region,
    UseDualStack: false,
    UseFIPS: false,
    ...(oidcEndpoint === undefined ? {} : { Endpoint: oidcEndpoint }),
  });
  return url.href.replace(/\/?$/, '/');
}
