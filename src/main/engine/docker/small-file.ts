import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { SlipwayError } from '../../../shared/errors.ts';

/** Opening a FIFO without it waits for a writer, and nothing can abort that. Windows has neither. */
const DO_NOT_WAIT = constants.O_NONBLOCK ?? 0;

const PIECE_BYTES = 64 * 1024;

/**
 * The text of a file of a folder that is not trusted; undefined where there is none. Links are followed, as Docker and
 * git follow them. Throws INVALID_INPUT for what is not a regular file (FIFO, socket, device, folder) and for one of
 * more than `mostBytes`, and the signal's reason once it is aborted.
 */
export async function readSmallFile(
  path: string,
  mostBytes: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  signal.throwIfAborted();
  const file = await openIfThere(path);
  if (file === undefined) return undefined;
  try {
    if (!(await file.stat()).isFile()) throw refused(path, 'is not a regular file');
    return await readAtMost(file, path, mostBytes, signal);
  } finally {
    await file.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | DO_NOT_WAIT);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    // A name that no file can have: too long, or with a NUL character.
    if (code === 'ENAMETOOLONG' || code === 'ERR_INVALID_ARG_VALUE') return undefined;
    // Sockets cannot be opened at all; links may go round in a circle.
    if (code === 'ENXIO' || code === 'EOPNOTSUPP' || code === 'ELOOP')
      throw refused(path, 'is not a regular file');
    if (code === 'EACCES' || code === 'EPERM') throw refused(path, 'may not be read by you');
    throw error;
  }
}

/** The size that a file says it has may change while it is read, so what is read is counted. */
async function readAtMost(
  file: FileHandle,
  path: string,
  mostBytes: number,
  signal: AbortSignal,
): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  while (length <= mostBytes) {
    signal.throwIfAborted();
    const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, length);
    if (bytesRead === 0) return Buffer.concat(pieces).toString('utf8');
    pieces.push(buffer.subarray(0, bytesRead));
    length += bytesRead;
  }
  throw refused(path, `has more than ${Math.floor(mostBytes / 1024)} KiB`);
}

function refused(path: string, reason: string): SlipwayError {
  return new SlipwayError(
    'INVALID_INPUT',
    `The file ${basename(path)} ${reason}, so Slipway does not read it. Replace it, or choose another folder.`,
  );
}
