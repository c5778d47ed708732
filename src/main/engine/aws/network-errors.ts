/** The request never reached anybody, so sending it again cannot do anything twice. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const NO_ANSWER = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'TimeoutError', 'RequestTimeout', 'EPROTO']);
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;

/** The code of a failure between us and the endpoint, such as ECONNREFUSED; undefined for all else. */
export function networkErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (NOT_SENT.has(code) || NO_ANSWER.has(code) || CERTIFICATE.test(code) || code.startsWith('HPE_'))
    return code;
  return error.cause === undefined ? undefined : networkErrorCode(error.cause);
}

/** Whether a request that failed with this code can have done nothing. */
export function wasNotSent(code: string): boolean {
  return NOT_SENT.has(code) || CERTIFICATE.test(code);
}

/** What such a code means, as the end of a sentence. */
export function networkReason(code: string): string {
  if (code === 'ECONNREFUSED') return 'connection refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name could not be resolved';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'no route from this network';
  if (CERTIFICATE.test(code)) return 'its certificate could not be verified';
  if (code.startsWith('HPE_') || code === 'EPROTO') return 'it does not use the protocol of the address';
  return 'it did not answer in time';
}
