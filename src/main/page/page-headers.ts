/**
 * Headers of every document that a host serves. The page runs only the scripts and style sheets of the build;
 * the one style element that Mantine adds carries the nonce, and style attributes (positions, widths) are
 * allowed because they cannot load or run anything.
 *
 * @param nonce fresh for each document
 * @param sockets origins that the page may open a WebSocket to, such as `ws://127.0.0.1:4780`
 */
export function documentHeaders(nonce: string, sockets: readonly string[]): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...sockets].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    ...SAFE_HEADERS,
    'Content-Security-Policy': policy.join('; '),
    'Cache-Control': 'no-store',
  };
}

/** Headers of every answer of a host, whatever it holds. */
export const SAFE_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;
