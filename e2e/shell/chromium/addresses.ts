/**
 * Chromium has no flag for a scheme of an app's own, and an unknown one has no origin and no storage. So a page of
 * `app://slipway/x` has the address `https://slipway.app.invalid/x` in Chromium: a standard, secure scheme, as
 * `protocol.registerSchemesAsPrivileged` gives it, and a name that RFC 2606 keeps for no one. Nothing else of the page can
 * tell, as long as it does not read its own origin.
 */
const MAPPED_HOST = /^(.+)\.([a-z][a-z0-9+-]*)\.invalid$/;

/** The address that Chromium shows for one of the app; others stay as they are. */
export function toChromium(address: string): string {
  const match = /^([a-z][a-z0-9+-]*):\/\/([^/?#]+)(.*)$/s.exec(address);
  const [, scheme, host, rest] = match ?? [];
  if (scheme === undefined || scheme === 'http' || scheme === 'https' || scheme === 'file') return address;
  return `https://${host}.${scheme}.invalid${rest === '' ? '/' : rest}`;
}

/** The address that the app knows a page of Chromium by. */
export function toApp(address: string): string {
  const url = URL.parse(address);
  const [, host, scheme] = MAPPED_HOST.exec(url?.hostname ?? '') ?? [];
  if (url?.protocol !== 'https:' || host === undefined) return address;
  return `${scheme}://${host}${url.pathname}${url.search}${url.hash}`;
}

/** Whether the app's protocol handler answers for an address of Chromium. */
export function isAppAddress(address: string): boolean {
  return toApp(address) !== address;
}
