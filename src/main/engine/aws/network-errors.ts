import { NO_CONNECTION, PROXY_UNREACHABLE } from '../network/connect-errors.ts';

const NO_ANSWER = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'TimeoutError', 'RequestTimeout', 'EPROTO']);
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;
/** No authority that this machine knows has signed it, as behind a proxy that reads along. */
const UNKNOWN_AUTHORITY = /SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)/;

/** What Node.js says of a proxy that does not lead on, and of one that wants to know who asks. */
const TUNNEL = 'ERR_PROXY_TUNNEL';
const PROXY_PASSWORD = 'PROXY_PASSWORD';

/** The code of a failure between us and the endpoint, such as ECONNREFUSED; undefined for all else. */
export function networkErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  // 407: RFC 9110, 15.5.8.
  if (code === TUNNEL) return 'statusCode' in error && error.statusCode === 407 ? PROXY_PASSWORD : TUNNEL;
  if (
    code === PROXY_UNREACHABLE ||
    NO_CONNECTION.has(code) ||
    NO_ANSWER.has(code) ||
    CERTIFICATE.test(code) ||
    code.startsWith('HPE_')
  )
    return code;
  return error.cause === undefined ? undefined : networkErrorCode(error.cause);
}

/** Whether a request that failed with this code can have done nothing. */
export function wasNotSent(code: string): boolean {
  return NO_CONNECTION.has(code) || CERTIFICATE.test(code) || isProxyCode(code);
}

/** Whether the request ended at a proxy. */
function isProxyCode(code: string): boolean {
  return code === TUNNEL || code === PROXY_PASSWORD || code === PROXY_UNREACHABLE;
}

/** What to do about such a code. */
export function networkAdvice(code: string): string {
  if (code === PROXY_PASSWORD)
    return 'Put them into the address of the proxy, such as HTTPS_PROXY=http://USER:PASSWORD@proxy.example:3128, and start Slipway again.';
  if (code === PROXY_UNREACHABLE)
    return 'Check the network, and the proxy address in HTTPS_PROXY, HTTP_PROXY or the system settings.';
  if (UNKNOWN_AUTHORITY.test(code))
    return "If your company has certificates of its own, name their file in the profile's ca_bundle or in AWS_CA_BUNDLE.";
  return 'Check the network and the endpoint of the account.';
}

/** Whether the same request may succeed a moment later. */
export function isPassing(code: string): boolean {
  return code !== PROXY_PASSWORD && !UNKNOWN_AUTHORITY.test(code);
}

/** What such a code means, as the end of a sentence. */
export function networkReason(code: string): string {
  if (code === 'ECONNREFUSED') return 'connection refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name could not be resolved';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'no route from this network';
  if (code === PROXY_PASSWORD)
    return 'the proxy asks for a user name and a password, or refuses the given ones';
  if (code === PROXY_UNREACHABLE) return "the proxy can't be reached";
  if (code === TUNNEL) return 'the proxy did not lead to it';
  if (CERTIFICATE.test(code)) return 'its certificate could not be verified';
  if (code.startsWith('HPE_') || code === 'EPROTO') return 'it does not use the protocol of the address';
  return 'it did not answer in time';
}
