import type { PageRequest, PageResponse } from '../contract.ts';
import { app } from './app.ts';
import { strict } from './strict.ts';

type Answer = (request: Request) => Response | Promise<Response>;

const privileged = new Map<string, Electron.Privileges>();
const answers = new Map<string, Answer>();

/** docs/api/protocol.md */
export const protocol = strict('protocol', {
  /** shell/browser/api/electron_api_protocol.cc; to be called once, before the app is ready. */
  registerSchemesAsPrivileged(schemes) {
    if (app.isReady()) {
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    }
    for (const { scheme, privileges = {} } of schemes) {
      if (privileges.codeCache === true && privileges.standard !== true) {
        throw new Error(
          'Code cache can only be enabled when the custom scheme is registered as standard scheme.',
        );
      }
      privileged.set(scheme, privileges);
    }
  },
  /** lib/browser/api/protocol.ts */
  handle(scheme, handler) {
    if (!app.isReady()) throw new TypeError('Session can only be received when app is ready');
    if (answers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
    answers.set(scheme, handler);
  },
  unhandle(scheme) {
    if (!answers.delete(scheme)) throw new Error(`Failed to unhandle protocol: ${scheme}`);
  },
  isProtocolHandled: (scheme) => answers.has(scheme),
} satisfies Partial<Electron.Protocol>);

/**
 * Answers a request of a page by the handler of its scheme. What is no standard, secure scheme has no origin in
 * Chromium, so the simulation cannot show it.
 */
export async function answerRequest({
  url,
  method,
  headers,
  body,
  isFetch,
}: PageRequest): Promise<PageResponse> {
  const scheme = url.slice(0, url.indexOf(':'));
  const handler = answers.get(scheme);
  const privileges = privileged.get(scheme);
  if (handler === undefined) return 'failed';
  if (privileges?.standard !== true || privileges.secure !== true) {
    throw new Error(`The scheme ${scheme} is not registered as standard and secure.`);
  }
  if (isFetch && privileges.supportFetchAPI !== true) return 'failed';
  try {
    const request = new Request(url, {
      method,
      headers: new Headers(headers),
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
    const response = await handler(request);
    if (response.type === 'error') return 'failed';
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: new Uint8Array(await response.arrayBuffer()),
    };
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
    return 'failed';
  }
}
