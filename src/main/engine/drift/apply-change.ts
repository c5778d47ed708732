import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  writeSync,
} from 'node:fs';
import { join, relative, sep } from 'node:path';
import { SlipwayError } from '../../../shared/errors.ts';
import type { FileChange } from './write-back.ts';

/** Opening neither follows a link nor waits for the writer of a FIFO. Windows has neither flag. */
const OPTIONS = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Writes the change into its file, which is not replaced, so that its owner, mode and links are kept. Throws CONFLICT when the file
 * is not a regular file of the folder now, or has other text than the change was made from, and UNAVAILABLE when it cannot be
 * written.
 */
export function applyChange({ root, path, before, after }: FileChange): void {
  const file = openInside(root, path);
  try {
    const wanted = Buffer.from(before);
    if (!isText(file, wanted)) {
      throw conflict(`${path} has changed since the patch was made. Make the patch again.`);
    }
    writeWhole(file, path, Buffer.from(after), wanted);
  } finally {
    closeSync(file);
  }
}

/** The file, if each part of its path is a folder of the clone and no link. */
function openInside(root: string, path: string): number {
  const outside = conflict(`${path} is not a regular file in ${root}, so nothing was written.`);
  let file: number | undefined;
  try {
    const real = realpathSync(root);
    const expected = join(real, relative(root, path));
    if (!expected.startsWith(real + sep) || realpathSync(path) !== expected) throw outside;
    file = openSync(expected, OPTIONS);
    const [opened, named] = [fstatSync(file), lstatSync(expected)];
    const isSame =
      opened.dev === named.dev && opened.ino === named.ino && realpathSync(expected) === expected;
    // A file with a second name may be one outside of the folder.
    if (!opened.isFile() || !isSame || opened.nlink > 1) throw outside;
    return file;
  } catch (error) {
    if (file !== undefined) closeSync(file);
    if (error instanceof SlipwayError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      throw new SlipwayError('UNAVAILABLE', `${path} cannot be written (${code}). Change it by hand.`, {
        cause: error,
      });
    }
    throw outside;
  }
}

function isText(file: number, wanted: Buffer): boolean {
  const bytes = Buffer.alloc(wanted.length + 1);
  let length = 0;
  for (let read = 1; read > 0 && length < bytes.length; length += read) {
    read = readSync(file, bytes, length, bytes.length - length, length);
  }
  return bytes.subarray(0, length).equals(wanted);
}

/** Puts the earlier text back where the new one does not fit on the disk. */
function writeWhole(file: number, path: string, bytes: Buffer, before: Buffer): void {
  try {
    put(file, bytes);
  } catch (error) {
    put(file, before);
    throw new SlipwayError(
      'UNAVAILABLE',
      `${path} could not be written and is as it was. Change it by hand.`,
      {
        cause: error,
      },
    );
  }
}

function put(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, at);
  ftruncateSync(file, bytes.length);
}

function conflict(message: string): SlipwayError {
  return new SlipwayError('CONFLICT', message);
}
