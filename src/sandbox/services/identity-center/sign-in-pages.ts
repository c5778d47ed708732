import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from '../../http/loopback-server.ts';
import { readBody } from '../../http/request-body.ts';
import type { LoginSessions } from './login-sessions.ts';
import type { SignIn, SignIns } from './sign-ins.ts';
import { mayRedirectTo } from './sso-oidc.ts';

/** Where a sign-in for a program on another machine ends. */
const CONFIRMATION_PATH = '/v1/sessions/confirmation';

/**
 * A person allows a device by its code at `/device`, a client that it comes back to at `/authorize`, and a program of
 * `aws login` at `/v1/authorize`.
 */
export const SIGN_IN_PATHS: ReadonlySet<string> = new Set([
  '/device',
  '/authorize',
  '/start',
  '/v1/authorize',
  CONFIRMATION_PATH,
]);

const FORM_BYTES = 16 * 1024;
/** The page runs nothing and loads nothing; its form goes back to the sandbox, and from there to the client. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/** A person's answer, as the form of a page sends it. */
type Fields = URLSearchParams;

/** The pages at which a person signs in to the sandbox: nobody has a password, one click allows. */
export function createSignInPages(signIns: SignIns, logins: LoginSessions, endpoint: string): RequestHandler {
  const confirmation = endpoint + CONFIRMATION_PATH;
  return async (request, response, { pathname, searchParams }) => {
    const isAnswer = request.method === 'POST';
    const fields = isAnswer ? await readForm(request) : searchParams;
    if (pathname === CONFIRMATION_PATH) showCode(response, fields);
    else if (pathname === '/v1/authorize') logIn(response, { logins, confirmation }, fields, isAnswer);
    else if (pathname === '/authorize') authorize(response, signIns, fields, isAnswer);
    else device(response, signIns, fields, isAnswer);
  };
}

async function readForm(request: IncomingMessage): Promise<Fields> {
  const body = await readBody(request, { bytes: FORM_BYTES });
  return new URLSearchParams(body.outcome === 'whole' ? body.bytes.toString('utf8') : '');
}

function device(response: ServerResponse, signIns: SignIns, fields: Fields, isAnswer: boolean): void {
  const userCode = fields.get('user_code') ?? '';
  const found = signIns.deviceOfUser(userCode);
  if (userCode !== '' && found?.state !== 'pending') {
    sendPage(
      response,
      'This code is not valid',
      '<p>It has expired, or was used before. Ask for a new one.</p>',
      400,
    );
    return;
  }
  if (found === undefined) {
    const form = formOf(
      '/device',
      {},
      '<label>Code <input name="user_code" required autofocus></label> <button>Continue</button>',
    );
    sendPage(response, 'Sign in to the sandbox', form);
    return;
  }
  if (!isAnswer) {
    const question = `<p>A program asks for access to the sandbox, with the code <strong>${escaped(found.userCode)}</strong>. Allow it only if the program shows the same code.</p>`;
    sendPage(response, 'Allow access?', question + formOf('/device', { user_code: found.userCode }, ANSWERS));
    return;
  }
  decide(found, fields);
  sendDecision(response, found);
}

function authorize(response: ServerResponse, signIns: SignIns, fields: Fields, isAnswer: boolean): void {
  const text = (name: string): string => fields.get(name) ?? '';
  const client = signIns.client(text('client_id'));
  const redirectUri = text('redirect_uri');
  // RFC 6749, 4.1.2.1: to an address that may be somebody else's nothing is sent.
  if (client === undefined || signIns.isOver(client) || !mayRedirectTo(client, redirectUri)) {
    sendPage(
      response,
      'This request is not valid',
      '<p>Its client or its redirect URI was not registered.</p>',
      400,
    );
    return;
  }
  const isRequest = text('response_type') === 'code' && text('code_challenge_method') === 'S256';
  if (!isRequest || text('code_challenge') === '') {
    redirect(response, redirectUri, { error: 'invalid_request', state: text('state') });
    return;
  }
  if (!isAnswer) {
    const names = [
      'response_type',
      'client_id',
      'redirect_uri',
      'state',
      'code_challenge',
      'code_challenge_method',
    ];
    const hidden = Object.fromEntries(names.map((name) => [name, text(name)]));
    const question = '<p>A program on this computer asks for access to the sandbox.</p>';
    sendPage(response, 'Allow access?', question + formOf('/authorize', hidden, ANSWERS));
    return;
  }
  if (text('decision') !== 'allow') {
    redirect(response, redirectUri, { error: 'access_denied', state: text('state') });
    return;
  }
  const code = signIns.allowRedirect(client.clientId, redirectUri, text('code_challenge'));
  redirect(response, redirectUri, { code, state: text('state') });
}

interface LoginPages {
  readonly logins: LoginSessions;
  /** The address of the page that shows the code. */
  readonly confirmation: string;
}

const SAME_DEVICE = 'arn:aws:signin:::devtools/same-device';
const CROSS_DEVICE = 'arn:aws:signin:::devtools/cross-device';
const ON_THIS_COMPUTER = /^http:\/\/127\.0\.0\.1:\d{1,5}\/oauth\/callback$/;

/** Each client is sent to one kind of page: the AWS CLI's `aws login`, without and with `--remote`. */
function mayEndAt(clientId: string, redirectUri: string, confirmation: string): boolean {
  if (clientId === CROSS_DEVICE) return redirectUri === confirmation;
  return clientId === SAME_DEVICE && ON_THIS_COMPUTER.test(redirectUri);
}

/** https://docs.aws.amazon.com/signin/latest/APIReference/API_dataplane-signin_AuthorizeOAuth2Access.html */
function logIn(
  response: ServerResponse,
  { logins, confirmation }: LoginPages,
  fields: Fields,
  isAnswer: boolean,
): void {
  const text = (name: string): string => fields.get(name) ?? '';
  const [clientId, redirectUri] = [text('client_id'), text('redirect_uri')];
  if (!mayEndAt(clientId, redirectUri, confirmation)) {
    sendPage(
      response,
      'This request is not valid',
      '<p>Its client is unknown, or its redirect URI is not that of its client.</p>',
      400,
    );
    return;
  }
  const isRequest =
    text('response_type') === 'code' &&
    text('code_challenge_method') === 'SHA-256' &&
    text('scope') === 'openid';
  if (!isRequest || !/^[\w.~-]{43,128}$/.test(text('code_challenge'))) {
    redirect(response, redirectUri, { error: 'invalid_request', state: text('state') });
    return;
  }
  if (!isAnswer) {
    const names = ['response_type', 'client_id', 'redirect_uri', 'state', 'scope'];
    const hidden = Object.fromEntries(
      [...names, 'code_challenge', 'code_challenge_method'].map((name) => [name, text(name)] as const),
    );
    const question =
      '<p>A program on this computer asks for access as the user <strong>sandbox</strong>.</p>';
    sendPage(response, 'Allow access?', question + formOf('/v1/authorize', hidden, ANSWERS));
    return;
  }
  const answer =
    text('decision') === 'allow'
      ? { code: logins.allow(clientId, redirectUri, text('code_challenge')) }
      : { error: 'access_denied' };
  redirect(response, redirectUri, { ...answer, state: text('state') });
}

/** The person brings the code to the program: base64 of the same parameters that a redirect has. */
function showCode(response: ServerResponse, fields: Fields): void {
  const [state, code] = [fields.get('state'), fields.get('code')];
  if (!state || !code) {
    sendPage(response, 'Access denied', '<p>You can close this tab and go back to the program.</p>', 400);
    return;
  }
  const shown = Buffer.from(new URLSearchParams({ state, code }).toString()).toString('base64');
  sendPage(
    response,
    'Authorization code',
    `<p>Enter this code in the program that asks for it. Share it with nobody.</p><p><code style="overflow-wrap:anywhere">${shown}</code></p>`,
  );
}

const ANSWERS =
  '<button name="decision" value="allow">Allow access</button> <button name="decision" value="deny">Deny</button>';

function decide(signIn: SignIn, fields: Fields): void {
  signIn.state = fields.get('decision') === 'allow' ? 'allowed' : 'denied';
}

function sendDecision(response: ServerResponse, { state }: SignIn): void {
  const title = state === 'allowed' ? 'Access allowed' : 'Access denied';
  sendPage(response, title, '<p>You can close this tab and go back to the program.</p>');
}

function redirect(response: ServerResponse, uri: string, parameters: Readonly<Record<string, string>>): void {
  const target = new URL(uri);
  for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value);
  response.writeHead(302, { location: target.href }).end();
}

function formOf(action: string, hidden: Readonly<Record<string, string>>, rest: string): string {
  const inputs = Object.entries(hidden).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`,
  );
  return `<form method="post" action="${action}">${inputs.join('')}${rest}</form>`;
}

function sendPage(response: ServerResponse, title: string, content: string, status = 200): void {
  const style =
    'body{font:16px/1.5 system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}';
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-store',
  });
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${style}</style><h1>${title}</h1>${content}</html>`,
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
