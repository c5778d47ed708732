import { createHash, generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { CreateOAuth2TokenCommand } from '@aws-sdk/nested-clients/signin';
import { HttpRequest } from '@smithy/core/protocols';

/** What a browser sends when a person follows a link to a page. The fetch of Node sends headers of its own instead. */
const OPENED = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'cross-site' };

interface PageAnswer {
  readonly status: number;
  readonly location: string;
  readonly text: string;
}

interface PageRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** For tests: a request with the headers of a browser. */
export async function sendAsBrowser(
  address: string | URL,
  { method, headers, body }: PageRequest,
): Promise<PageAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<PageAnswer>();
  const sent = request(address, { method, headers, agent: false }, (answer) => {
    text(answer).then(
      (content) =>
        resolve({
          status: answer.statusCode ?? 0,
          location: answer.headers.location ?? '',
          text: content,
        }),
      reject,
    );
  });
  sent.once('error', reject);
  sent.end(body);
  return promise;
}

/** For tests: answers as a person in a browser does, at the page of a sign-in of the sandbox. */
export async function answerSignIn(
  address: string,
  decision: 'allow' | 'deny' = 'allow',
): Promise<PageAnswer> {
  const url = new URL(address);
  const page = await sendAsBrowser(url, { method: 'GET', headers: OPENED });
  if (page.status !== 200) throw new Error(`The page of the sign-in answered with ${page.status}.`);
  const form = new URLSearchParams({ decision });
  for (const { groups } of page.text.matchAll(
    /<input type="hidden" name="(?<name>\w+)" value="(?<value>[^"]*)">/g,
  ))
    form.set(groups?.name ?? '', groups?.value ?? '');
  return sendAsBrowser(new URL(url.pathname, url), {
    method: 'POST',
    body: form.toString(),
    headers: { ...OPENED, 'sec-fetch-site': 'same-origin', origin: url.origin },
  });
}

/** For tests: the code that the last page of a sign-in shows, for a person to enter in the program. */
export async function shownCode(address: string): Promise<string> {
  const { location } = await answerSignIn(address);
  const page = await sendAsBrowser(location, { method: 'GET', headers: OPENED });
  return /<code[^>]*>(?<code>[^<]+)<\/code>/.exec(page.text)?.groups?.code ?? '';
}

/** The verifier of a client and what it shows of it first: RFC 7636. */
export function createVerifier(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(48).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** For tests: the code that a browser brings back to a program of `aws login`. */
export async function allowLogin(endpoint: string, redirectUri: string, challenge: string): Promise<string> {
  const address = new URL('/v1/authorize', endpoint);
  address.search = new URLSearchParams({
    response_type: 'code',
    client_id: 'arn:aws:signin:::devtools/same-device',
    state: 'state',
    scope: 'openid',
    redirect_uri: redirectUri,
    code_challenge: challenge,
    code_challenge_method: 'SHA-256',
  }).toString();
  const { location } = await answerSignIn(address.href);
  return new URL(location).searchParams.get('code') ?? '';
}

export function createProofKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

/** The same command, sent with a proof that the sender holds a key (RFC 9449). `claims` replaces what the proof says. */
export function provenBy(
  key: KeyObject,
  command: CreateOAuth2TokenCommand,
  claims: Readonly<Record<string, unknown>> = {},
): CreateOAuth2TokenCommand {
  command.middlewareStack.add(
    (next) => (args) => {
      if (HttpRequest.isInstance(args.request)) {
        const { protocol, hostname, port, path } = args.request;
        const said = {
          jti: randomUUID(),
          htm: 'POST',
          htu: `${protocol}//${hostname}:${port}${path}`,
          ...claims,
        };
        const { kty, crv, x, y } = key.export({ format: 'jwk' });
        const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } };
        const encoded = [header, said].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
        const signature = sign('sha256', Buffer.from(encoded.join('.')), { key, dsaEncoding: 'ieee-p1363' });
        args.request.headers.dpop = [...encoded, signature.toString('base64url')].join('.');
      }
      return next(args);
    },
    { step: 'finalizeRequest', name: 'proof' },
  );
  return command;
}
