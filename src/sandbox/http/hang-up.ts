const HANG_UP_CODES: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** Whether a request failed because its client disconnected, which is not logged. */
export function isHangUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && HANG_UP_CODES.has(error.code);
}
