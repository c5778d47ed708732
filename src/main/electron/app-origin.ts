export const APP_SCHEME = 'app';

/** The address of the page in the desktop app. Only this origin is served, shown and listened to. */
export const APP_ORIGIN = `${APP_SCHEME}://slipway`;

/** Whether an address belongs to the page of the desktop app. */
export function isAppUrl(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && `${url.protocol}//${url.host}` === APP_ORIGIN;
}
