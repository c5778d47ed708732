import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SlipwayError } from '../../../../shared/errors.ts';

/** Where the browser comes back to after a sign-in, on this machine: RFC 8252, 7.3. */
export interface RedirectServer {
  readonly redirectUri: string;
  /** The code of the sign-in. Rejects with AUTH_REQUIRED when the person has denied the access. */
  readonly code: Promise<string>;
  close(): void;
}

export const REDIRECT_PATH = '/oauth/callback';

const LONGEST_CODE = 4096;

/**
 * Listens on 127.0.0.1 for the one redirect that carries `state`; other requests change nothing, since every web page
 * can send them. Throws what the system throws when no port is free.
 */
export async function openRedirectServer(state: string, session: string): Promise<RedirectServer> {
  const { promise: code, resolve, reject } = Promise.withResolvers<string>();
  // Who closes the server before it is asked for the code never looks at the promise.
  code.catch(() => undefined);

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = URL.parse(request.url ?? '', 'http://127.0.0.1');
    const isRedirect =
      request.method === 'GET' && url?.pathname === REDIRECT_PATH && url.searchParams.get('state') === state;
    if (!isRedirect) {
      sendPage(
        response,
        404,
        'Slipway is not waiting for this sign-in',
        'Go back to Slipway and sign in again.',
      );
      return;
    }
    const found = url.searchParams.get('code');
    if (found !== null && found.length <= LONGEST_CODE) {
      sendPage(response, 200, 'You are signed in', 'You can close this tab and go back to Slipway.');
      resolve(found);
      return;
    }
    sendPage(response, 200, 'You are not signed in', 'You can close this tab and go back to Slipway.');
    reject(signInDenied(session));
  }

  const server = createServer(answer);
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  return {
    redirectUri: `http://127.0.0.1:${port}${REDIRECT_PATH}`,
    code,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The person, or an administrator's rule, has said no in the browser. */
export function signInDenied(session: string): SlipwayError {
  return new SlipwayError(
    'AUTH_REQUIRED',
    `The sign-in to ${session} was denied in the browser. Sign in again and allow the access.`,
  );
}

function sendPage(response: ServerResponse, status: number, title: string, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    connection: 'close',
  });
  const style =
    'body{font:16px/1.5 system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}';
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><style>${style}</style><h1>${title}</h1><p>${text}</p></html>`,
  );
}
