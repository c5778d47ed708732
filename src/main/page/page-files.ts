import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { extname, isAbsolute, join, relative } from 'node:path';
import { documentHeaders, SAFE_HEADERS } from './page-headers.ts';

/** What a host answers to a request for a file of the page. */
export interface PageAnswer {
  readonly status: 200 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Routes below hold names of profiles, which may look like files or other folders: `next.js`, `CORP\ana`. */
const ACCOUNTS = '/a/';

/** What index.html holds in place of the nonce. Replaced in each answer. */
const NONCE_PLACEHOLDER = '%CSP_NONCE%';

/**
 * Answers a path of the page from the built renderer. A path that does not end like a file of the build is a
 * route of the page and answers index.html. Files below `/assets/` carry a hash in their name and may be cached
 * permanently. The others, such as the icon, which a browser asks for after each navigation, for a day.
 *
 * @param folder the built renderer; no path leads out of it
 * @param pathname path of the URL, still percent-encoded
 * @param sockets origins that the page may open a WebSocket to
 */
export async function answerPageFile(
  folder: string,
  pathname: string,
  sockets: readonly string[] = [],
): Promise<PageAnswer> {
  if (pathname.startsWith(ACCOUNTS)) return answerDocument(folder, sockets);
  const path = decodedPath(pathname);
  if (path === undefined) return notFound('Slipway has nothing at this address.');
  // A route may hold dots too (a tag such as 1.4.2), so only the endings that a build has are files.
  const contentType = CONTENT_TYPES[extname(path)];
  if (contentType === undefined || path === '/index.html') return answerDocument(folder, sockets);

  const file = join(folder, path);
  const body = isInside(folder, file) ? readIfThere(file) : undefined;
  if (body === undefined) return notFound('Slipway has no such file.');
  const cache = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'public, max-age=86400';
  return {
    status: 200,
    headers: { ...SAFE_HEADERS, 'Content-Type': contentType, 'Cache-Control': cache },
    body,
  };
}

async function answerDocument(folder: string, sockets: readonly string[]): Promise<PageAnswer> {
  const document = readIfThere(join(folder, 'index.html'));
  if (document === undefined) return notFound('The page is not built yet. Run npm start, which builds it.');
  const nonce = randomBytes(18).toString('base64url');
  return {
    status: 200,
    headers: { ...documentHeaders(nonce, sockets), 'Content-Type': 'text/html; charset=utf-8' },
    body: new TextDecoder().decode(document).replaceAll(NONCE_PLACEHOLDER, nonce),
  };
}

function notFound(sentence: string): PageAnswer {
  return {
    status: 404,
    headers: { ...SAFE_HEADERS, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
    body: `${sentence}\n`,
  };
}

/** The path in plain characters, or nothing when it is malformed or could mean another folder on some platform. */
function decodedPath(pathname: string): string | undefined {
  try {
    const path = decodeURIComponent(pathname);
    const isPlain = /^\/(?!\/)[^\0\\]*$/.test(path) && !path.split('/').includes('..');
    return isPlain ? path : undefined;
  } catch {
    return undefined;
  }
}

function isInside(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return path !== '' && !path.startsWith('..') && !isAbsolute(path);
}

/** Without waiting for the next turns of the event loop: at the start, the engine is loaded between them. */
function readIfThere(file: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    // Reading a pipe, or a device such as CON.js on Windows, would hold up the whole process.
    return statSync(file).isFile() ? new Uint8Array(readFileSync(file)) : undefined;
  } catch (error) {
    if (isForItsName(error)) return undefined;
    throw error;
  }
}

/** What a file system says of a name that it does not have, or cannot have: too long, below a file, or a folder. */
const NAME_ERRORS: ReadonlySet<unknown> = new Set([
  'ENOENT',
  'EISDIR',
  'ENOTDIR',
  'ENAMETOOLONG',
  'ELOOP',
  'EINVAL',
]);

function isForItsName(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NAME_ERRORS.has(error.code);
}
