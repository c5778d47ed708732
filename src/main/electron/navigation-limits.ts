import { app, type Session, shell, type WebContents } from 'electron';
import type { Logger } from '../engine/ports.ts';
import { isAppUrl } from './app-origin.ts';

/** Sites that a link in the page may open in the person's own browser: the AWS console, and where code is kept. */
const OUTSIDE_HOSTS: ReadonlySet<string> = new Set([
  'console.aws.amazon.com',
  'github.com',
  'gitlab.com',
  'bitbucket.org',
]);

/** Keeps every page of the app where it is: no navigation, no windows, no webviews; links go to the browser. */
export function limitNavigation(logger: Logger): void {
  app.on('web-contents-created', (_event, contents) => limitContents(contents, logger));
}

/** The page copies ids, and asks for nothing else. Reading the clipboard is another permission. */
const GRANTED: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/** Refuses every permission, such as the camera or the location, but that of our own page to copy text. */
export function limitPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) =>
    answer(GRANTED.has(permission) && isAppUrl(requestingUrl)),
  );
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => GRANTED.has(permission) && isAppUrl(origin),
  );
}

/** Whether a link may be opened outside: https, an exact host, no port and no login in it. */
export function mayOpenOutside(address: string): boolean {
  const url = URL.parse(address);
  if (url === null || url.protocol !== 'https:') return false;
  if (url.port !== '' || url.username !== '' || url.password !== '') return false;
  return OUTSIDE_HOSTS.has(url.hostname);
}

function limitContents(contents: WebContents, logger: Logger): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (mayOpenOutside(url)) {
      shell.openExternal(url).catch((error: unknown) => logger.warn({ err: error }, 'A link did not open'));
    } else {
      logger.warn({ url }, 'A link to a site that Slipway does not open was refused');
    }
    return { action: 'deny' };
  });
}
