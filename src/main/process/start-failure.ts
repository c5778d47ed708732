import { SlipwayError } from '../../shared/errors.ts';

/**
 * A start that cannot continue for a reason that a person can remove. The message is a whole sentence for that person.
 */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

/** What helps when the data folder, or something in it, cannot be used. */
export const WAY_OUT = 'Correct that, or set SLIPWAY_DATA to another folder, and start Slipway again.';

/** Why a file or a folder cannot be used, to follow a colon. The codes are those of Node's file system errors. */
export function fileProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EISDIR':
      return 'there is a folder in its place';
    case 'ELOOP':
      return 'the link leads back to itself';
    case 'EEXIST':
    case 'ENOTDIR':
      return 'there is a file or a broken link where a folder is needed';
    case 'ENAMETOOLONG':
      return 'its name is too long';
    case 'ENOENT':
      return 'the file system does not allow it there';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/** What to tell a person about a start that failed: one line, whatever was thrown. */
export function startFailureSentence(error: unknown): string {
  if (error instanceof StartFailure || error instanceof SlipwayError) return error.message;
  const problem = databaseProblem(error);
  if (problem !== undefined) {
    return `Slipway can't use a database in its data folder: ${problem}. ${WAY_OUT}`;
  }
  const [firstLine = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
  return `Slipway could not start: ${firstLine.slice(0, LONGEST_REASON)}`;
}

const LONGEST_REASON = 300;

/** Why a database cannot be used; undefined for what is no error of SQLite. https://sqlite.org/rescode.html */
function databaseProblem(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined;
  switch (error.errcode & PRIMARY_CODE) {
    case 8:
      return 'the file is read-only';
    case 10:
      return 'the disk cannot be read or written';
    case 13:
      return 'the disk is full';
    case 14:
      return 'the file cannot be opened';
    default:
      return error.message;
  }
}

/** Extended result codes of SQLite have the primary one in their last byte. */
const PRIMARY_CODE = 0xff;
