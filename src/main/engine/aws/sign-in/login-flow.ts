import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
  sign,
} from 'node:crypto';
import {
  CreateOAuth2TokenCommand,
  type CreateOAuth2TokenRequestBody,
  type CreateOAuth2TokenResponseBody,
  SigninClient,
} from '@aws-sdk/nested-clients/signin';
import { HttpRequest } from '@smithy/core/protocols';
import { z } from 'zod';
import { SlipwayError } from '../../../../shared/errors.ts';
import { lazyObject } from '../../../../shared/model/lazy-objects.ts';
import type { RequestHandler } from '../../network/request-handler.ts';
import type { Clock, Prompt } from '../../ports/ports.ts';
import type { LoginSession } from './login-session.ts';
import { openRedirectServer } from './redirect-server.ts';
import { askAndWait, momentOf, withinTenMinutes } from './sign-in-flow.ts';
import { Moment } from './token-file.ts';
import { USUAL_ENDPOINTS } from './usual-endpoints.ts';

/** A token of `aws login` as the AWS CLI and the SDKs keep it, so that all share one sign-in. */
export const LoginToken = lazyObject(() => ({
  accessToken: z.object({
    accessKeyId: z.string().min(1),
    secretAccessKey: z.string().min(1),
    sessionToken: z.string().min(1),
    accountId: z.string().min(1),
    expiresAt: Moment,
  }),
  tokenType: z.string().optional(),
  clientId: z.string().min(1),
  refreshToken: z.string().min(1),
  idToken: z.string().optional(),
  /** The private key that the token is bound to (RFC 9449), as PEM. */
  dpopKey: z.string().min(1),
}));
export type LoginToken = Readonly<z.infer<typeof LoginToken>>;

interface FlowPorts {
  readonly clock: Clock;
  readonly prompt: Prompt;
  readonly requestHandler: RequestHandler;
  /** Takes the question back. */
  readonly signal: AbortSignal;
}

/** The public clients: of a program on the machine of the browser, and of one on another machine. */
const SAME_DEVICE = 'arn:aws:signin:::devtools/same-device';
const CROSS_DEVICE = 'arn:aws:signin:::devtools/cross-device';

/**
 * Lets a person sign in with the AWS Management Console in the browser, as `aws login` does: with a redirect to this
 * machine, or, where the person asks for it, with a code that the page shows and the person brings here. Both have a proof
 * key (RFC 7636) and a token that is bound to a key of this machine (RFC 9449). Rejects with CANCELLED when it is declined,
 * with AUTH_REQUIRED when it is denied, takes over ten minutes or is somebody else's, and with what the SDK throws.
 * https://docs.aws.amazon.com/signin/latest/APIReference/API_dataplane-signin_AuthorizeOAuth2Access.html
 */
export async function logInto(session: LoginSession, ports: FlowPorts): Promise<LoginToken> {
  const client = signInClient(session, ports.requestHandler);
  return (await withRedirect(session, client, ports)) ?? withCode(session, client, ports);
}

/** Undefined when the person would rather use a code. */
async function withRedirect(
  session: LoginSession,
  client: SigninClient,
  ports: FlowPorts,
): Promise<LoginToken | undefined> {
  const state = randomUUID();
  const server = await openRedirectServer(state, session.profile);
  try {
    const request = requestOf(session, client, {
      clientId: SAME_DEVICE,
      redirectUri: server.redirectUri,
      state,
    });
    const token = server.code.then((code) => tokenForCode(session, client, request, code, ports.clock));
    return await askAndWait(
      { address: request.address, token },
      session.profile,
      ports,
      new AbortController(),
    );
  } finally {
    server.close();
  }
}

/** The browser may be on any machine: its last page shows the code, as with `aws login --remote`. */
async function withCode(session: LoginSession, client: SigninClient, ports: FlowPorts): Promise<LoginToken> {
  const redirectUri = new URL('v1/sessions/confirmation', endpointOf(client, session)).href;
  const request = requestOf(session, client, { clientId: CROSS_DEVICE, redirectUri, state: randomUUID() });
  const over = new AbortController();
  try {
    const signal = AbortSignal.any([over.signal, ports.signal]);
    const code = await withinTenMinutes(session.profile, [
      askForCode(session, request, ports.prompt, signal),
    ]);
    return await tokenForCode(session, client, request, code, ports.clock);
  } finally {
    over.abort();
  }
}

async function askForCode(
  { profile }: LoginSession,
  { address, state }: LoginRequest,
  prompt: Prompt,
  signal: AbortSignal,
): Promise<string> {
  let problem: string | undefined;
  for (;;) {
    const step = { session: profile, address, ...(problem === undefined ? {} : { problem }) };
    const shown = readShownCode(await prompt.authorizationCode(step, signal));
    if (shown?.state === state) return shown.code;
    problem =
      shown === undefined
        ? 'This is not an authorization code. Copy the whole code that the page shows.'
        : 'This code belongs to another sign-in. Open the sign-in page again, and copy the code that it shows.';
  }
}

/** The page shows base64 of `state=…&code=…`. Undefined for any other text. */
function readShownCode(text: string): { readonly state: string; readonly code: string } | undefined {
  const fields = new URLSearchParams(Buffer.from(text.trim(), 'base64').toString());
  const [state, code] = [fields.get('state'), fields.get('code')];
  return state && code ? { state, code } : undefined;
}

interface LoginRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly codeVerifier: string;
  /** Where the person allows it. */
  readonly address: string;
}

function requestOf(
  session: LoginSession,
  client: SigninClient,
  { clientId, redirectUri, state }: Pick<LoginRequest, 'clientId' | 'redirectUri' | 'state'>,
): LoginRequest {
  const codeVerifier = randomBytes(48).toString('base64url');
  const address = new URL('v1/authorize', endpointOf(client, session));
  address.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    state,
    code_challenge_method: 'SHA-256',
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    scope: 'openid',
    redirect_uri: redirectUri,
  }).toString();
  return { clientId, redirectUri, state, codeVerifier, address: address.href };
}

async function tokenForCode(
  session: LoginSession,
  client: SigninClient,
  { clientId, redirectUri, codeVerifier }: LoginRequest,
  code: string,
  clock: Clock,
): Promise<LoginToken> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const dpopKey = privateKey.export({ format: 'pem', type: 'sec1' }).toString();
  const grant = { grantType: 'authorization_code', code, codeVerifier, redirectUri };
  const answer = await requestToken(client, { clientId, ...grant }, dpopKey, clock);
  checkIdentity(session, answer);
  return {
    ...tokenOf(session, answer, clock),
    clientId,
    dpopKey,
    ...(answer.idToken === undefined ? {} : { idToken: answer.idToken }),
  };
}

/** New keys for the refresh token of an old token. Rejects with what the SDK throws, such as AccessDeniedException. */
export async function renewLogin(
  session: LoginSession,
  old: LoginToken,
  { clock, requestHandler }: Pick<FlowPorts, 'clock' | 'requestHandler'>,
): Promise<LoginToken> {
  const client = signInClient(session, requestHandler);
  const { clientId, refreshToken, dpopKey } = old;
  const grant = { grantType: 'refresh_token', refreshToken };
  const answer = await requestToken(client, { clientId, ...grant }, dpopKey, clock);
  return { ...old, ...tokenOf(session, answer, clock) };
}

/** Sends the proof that this machine holds the key of the token. */
async function requestToken(
  client: SigninClient,
  tokenInput: CreateOAuth2TokenRequestBody,
  dpopKey: string,
  clock: Clock,
): Promise<CreateOAuth2TokenResponseBody> {
  const command = new CreateOAuth2TokenCommand({ tokenInput });
  command.middlewareStack.add(
    (next) => (args) => {
      if (HttpRequest.isInstance(args.request)) {
        const { method, protocol, hostname, port, path, headers } = args.request;
        const address = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`;
        args.request.headers = { ...headers, DPoP: proofOf(dpopKey, method, address, clock) };
      }
      return next(args);
    },
    { step: 'finalizeRequest', name: 'proofOfPossession' },
  );
  const { tokenOutput } = await client.send(command);
  if (tokenOutput === undefined) throw withoutToken();
  return tokenOutput;
}

/** A DPoP proof: RFC 9449, 4.2. */
function proofOf(dpopKey: string, method: string, address: string, clock: Clock): string {
  const key = createPrivateKey(dpopKey);
  const { kty, crv, x, y } = createPublicKey(key).export({ format: 'jwk' });
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } };
  const claims = {
    jti: randomUUID(),
    htm: method,
    htu: address,
    iat: Math.floor(clock.now().getTime() / 1000),
  };
  const signed = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

function tokenOf(
  { identity }: LoginSession,
  { accessToken, expiresIn, refreshToken, tokenType }: CreateOAuth2TokenResponseBody,
  clock: Clock,
): Pick<LoginToken, 'accessToken' | 'refreshToken' | 'tokenType'> {
  const { accessKeyId, secretAccessKey, sessionToken } = accessToken ?? {};
  if (!accessKeyId || !secretAccessKey || !sessionToken || !refreshToken || expiresIn === undefined)
    throw withoutToken();
  const accountId = identity.split(':')[4] ?? '';
  const expiresAt = momentOf(clock.now().getTime() + expiresIn * 1000);
  return {
    accessToken: { accessKeyId, secretAccessKey, sessionToken, accountId, expiresAt },
    refreshToken,
    ...(tokenType === undefined ? {} : { tokenType }),
  };
}

const Claims = lazyObject(() => ({ sub: z.string().max(2048) }));

/** The person chooses in the browser as whom; a profile is of one identity. */
function checkIdentity(
  { profile, identity }: LoginSession,
  { idToken }: CreateOAuth2TokenResponseBody,
): void {
  const who = subjectOf(idToken ?? '');
  if (who === identity) return;
  throw new SlipwayError(
    'AUTH_REQUIRED',
    who === undefined
      ? 'The sign-in service did not say who signed in. Check that its endpoint is that of AWS Sign-In.'
      : `In the browser ${who} signed in, but the profile ${profile} is that of ${identity}. Sign in again and choose that identity, or run \`aws login --profile ${profile}\` to change the profile.`,
  );
}

/** Its signature needs no check: it came over TLS from the service itself (OpenID Connect Core, 3.1.3.7). */
function subjectOf(idToken: string): string | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString());
    return Claims.safeParse(claims).data?.sub;
  } catch {
    return undefined;
  }
}

function withoutToken(): SlipwayError {
  return new SlipwayError(
    'UNAVAILABLE',
    'The sign-in service gave no token. Check that its endpoint is that of AWS Sign-In.',
  );
}

/** Sends no signature: the client is a public one. */
function signInClient({ region, endpoint }: LoginSession, requestHandler: RequestHandler): SigninClient {
  return new SigninClient({
    region,
    requestHandler,
    credentials: { accessKeyId: '', secretAccessKey: '' },
    ...USUAL_ENDPOINTS,
    ignoreConfiguredEndpointUrls: true,
    ...(endpoint === undefined ? {} : { endpoint }),
  });
}

/** Where the service is, with a slash at its end. */
function endpointOf(client: SigninClient, { region, endpoint }: LoginSession): string {
  const { url } = client.config.endpointProvider({
    Region: region,
    UseDualStack: false,
    UseFIPS: false,
    ...(endpoint === undefined ? {} : { Endpoint: endpoint }),
  });
  return url.href.replace(/\/?$/, '/');
}
