import { SlipwayError } from '../../shared/errors.ts';

/**
 * A start that cannot continue for a reason that a person can remove. The message is a whole sentence for that person.
 */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

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
    case 'EEXIST':
    case 'ENOTDIR':
      return 'there is a file where a folder is needed';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/** What to tell a person about a start that failed: one line, whatever was thrown. */
export function startFailureSentence(error: unknown): string {
  if (error instanceof StartFailure || error instanceof SlipwayError) return error.message;
  const [firstLine = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
  return `Slipway could not start: ${firstLine.slice(0, LONGEST_REASON)}`;
}

const LONGEST_REASON = 300;
