import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

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

/** The verifier of a client and what it shows of it first: RFC 7636. */
export function createVerifier(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(48).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}
