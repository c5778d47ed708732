import { app, type Event, type Session, type WebContents } from 'electron';
import { isAppUrl } from './app-origin.ts';

/**
 * Keeps every page of the app within the app: no other site, no windows, no webviews.
 *
 * @param openLink takes the links that would open a window
 */
export function limitNavigation(openLink: (address: string) => void): void {
  app.on('web-contents-created', (_event, contents) => limitContents(contents, openLink));
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

function limitContents(contents: WebContents, openLink: (address: string) => void): void {
  // Our own page may load itself again, as it does after an error.
  const stayInside = (event: Event<{ readonly url: string }>): void => {
    if (!isAppUrl(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stayInside);
  contents.on('will-frame-navigate', stayInside);
  contents.on('will-redirect', stayInside);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openLink(url);
    return { action: 'deny' };
  });
}
