/** The primary result codes of SQLite: https://sqlite.org/rescode.html (SQLITE_IOERR, SQLITE_FULL) */
const SQLITE_IOERR = 10;
const SQLITE_FULL = 13;

/**
 * The end of a sentence about a write that failed for want of space, such as `the disk is full`; undefined for any other
 * error. SQLite says only that writing failed where the file beside its database could not grow.
 */
export function fullDiskProblem(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return 'the disk is full';
  if (error.code !== 'ERR_SQLITE_ERROR' || !('errcode' in error)) return undefined;
  const primary = Number(error.errcode) % 256;
  if (primary === SQLITE_FULL) return 'the disk is full';
  return primary === SQLITE_IOERR ? 'the disk is full or fails' : undefined;
}
