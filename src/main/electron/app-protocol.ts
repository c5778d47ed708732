import { protocol } from 'electron';
import { answerPageFile } from '../page/page-files.ts';
import { APP_SCHEME, isAppUrl } from './app-origin.ts';

/**
 * Gives app:// the rights of a site of its own, with compiled scripts kept between starts. Electron takes this only
 * before the app is ready (https://www.electronjs.org/docs/latest/api/structures/custom-scheme).
 */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: APP_SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Serves the built renderer at app://slipway, with its content security policy, and nothing else. */
export function serveAppProtocol(pageFolder: string): void {
  protocol.handle(APP_SCHEME, async (request) => {
    if (!isAppUrl(request.url) || request.method !== 'GET') {
      return new Response('Slipway has nothing at this address.\n', { status: 403 });
    }
    const { status, headers, body } = await answerPageFile(pageFolder, new URL(request.url).pathname);
    return new Response(body, { status, headers });
  });
}

/**
 * Serves the page of the development server at app://slipway instead, so that everything else is as in the built app. Its
 * hot reloading connects to that server itself. Never in a package.
 */
export function serveDevelopedPage(server: string): void {
  protocol.handle(APP_SCHEME, (request) => {
    if (!isAppUrl(request.url) || request.method !== 'GET') {
      return new Response('Slipway has nothing at this address.\n', { status: 403 });
    }
    const { pathname, search } = new URL(request.url);
    return fetch(new URL(`${pathname}${search}`, server), {
      headers: { accept: request.headers.get('accept') ?? '*/*' },
    });
  });
}
