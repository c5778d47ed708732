import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';

/** Opening a FIFO without it waits for a writer. Windows has neither. */
const DO_NOT_WAIT = constants.O_NONBLOCK ?? 0;

/** Why a file is not read. The message follows a colon or a comma in a sentence. */
export class UnusualFile extends Error {
  override readonly name = 'UnusualFile';
}

/**
 * The text of a file that others may have made, such as one of a repository. Links are followed. Throws UnusualFile for what is not a
 * regular file, such as a FIFO or a link to /dev/zero, which have no end, and for one of more than `mostBytes`; else
 * what the system throws.
 */
export function readRegularFile(path: string, mostBytes: number): string {
  const file = openSync(path, constants.O_RDONLY | DO_NOT_WAIT);
  try {
    if (!fstatSync(file).isFile()) throw new UnusualFile('it is not a regular file');
    // What a file says of its size may change while it is read, and is 0 for files of the kernel.
    const bytes = Buffer.alloc(mostBytes + 1);
    let length = 0;
    for (let read = 1; read > 0 && length < bytes.length; length += read) {
      read = readSync(file, bytes, length, bytes.length - length, null);
    }
    if (length > mostBytes) throw tooLarge(mostBytes);
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}

const CHUNK_BYTES = 64 * 1024;

/** The same for a file that may be on a slow disk, such as one of the home folder. Rejects with what `readRegularFile` throws. */
export async function loadRegularFile(path: string, mostBytes: number): Promise<string> {
  const file = await open(path, constants.O_RDONLY | DO_NOT_WAIT);
  try {
    if (!(await file.stat()).isFile()) throw new UnusualFile('it is not a regular file');
    const chunks: Buffer[] = [];
    for (let length = 0; ; ) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, null);
      if (bytesRead === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(buffer.subarray(0, bytesRead));
      length += bytesRead;
      if (length > mostBytes) throw tooLarge(mostBytes);
    }
  } finally {
    await file.close();
  }
}

function tooLarge(mostBytes: number): UnusualFile {
  return new UnusualFile(`it is larger than ${Math.floor(mostBytes / 1024)} KiB`);
}
