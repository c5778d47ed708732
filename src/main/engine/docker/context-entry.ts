import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '../../../shared/errors.ts';
import type { IncludedPath } from './included-paths.ts';

/** An entry of a build context, ready to be packed. Files larger than LARGEST_READ_BYTES come without their content. */
export type ContextEntry = {
  readonly path: string;
  /** As `stat` returns it. */
  readonly mode: number;
  readonly mtime: Date;
} & (
  | { readonly kind: 'folder' }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'file'; readonly content: Buffer }
  | { readonly kind: 'large-file' }
);

/** Larger files are not read ahead, so that memory does not grow with them. */
export const LARGEST_READ_BYTES = 128 * 1024;

/** A file that has become a link or a FIFO is not followed and not waited for. Windows has neither. */
const OPEN_FILE = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Reads an entry, and its content if it is small. */
export async function readContextEntry(folder: string, { path, kind }: IncludedPath): Promise<ContextEntry> {
  const absolute = join(folder, path);
  if (kind === 'file') return readFileEntry(absolute, path);
  const facts = factsOf(path, await lstat(absolute));
  if (kind === 'folder') return { ...facts, kind };
  const target = await readlink(absolute);
  return { ...facts, kind, target: process.platform === 'win32' ? target.replaceAll('\\', '/') : target };
}

/** A large file while it is sent: its size is that of the open file, and exactly so many bytes are read. */
export interface OpenFile {
  readonly size: number;
  /** Fills the buffer with what follows, or a part of it. Resolves with the number of bytes, at least one. */
  read(into: Buffer): Promise<number>;
  close(): Promise<void>;
}

/** Opens a file to send it in pieces. Close it afterwards. */
export async function openContextFile(folder: string, path: string): Promise<OpenFile> {
  const file = await open(join(folder, path), OPEN_FILE);
  try {
    const { size } = await regularFile(file, path);
    let at = 0;
    return {
      size,
      async read(into) {
        const read = await readPiece(file, path, { into, at });
        at += read;
        return read;
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readFileEntry(absolute: string, path: string): Promise<ContextEntry> {
  const file = await open(absolute, OPEN_FILE);
  try {
    const stats = await regularFile(file, path);
    const facts = factsOf(path, stats);
    if (stats.size > LARGEST_READ_BYTES) return { ...facts, kind: 'large-file' };
    const content = Buffer.allocUnsafe(stats.size);
    let at = 0;
    while (at < content.length) at += await readPiece(file, path, { into: content.subarray(at), at });
    return { ...facts, kind: 'file', content };
  } finally {
    await file.close();
  }
}

async function readPiece(
  file: FileHandle,
  path: string,
  { into, at }: { readonly into: Buffer; readonly at: number },
): Promise<number> {
  const { bytesRead } = await file.read(into, 0, into.length, at);
  if (bytesRead === 0) throw changed(path);
  return bytesRead;
}

async function regularFile(file: FileHandle, path: string): Promise<Stats> {
  const stats = await file.stat();
  if (!stats.isFile()) throw changed(path);
  return stats;
}

function changed(path: string): SlipwayError {
  return new SlipwayError(
    'INVALID_INPUT',
    `The file ${path} changed while it was sent to the Docker Engine. Build again when nothing writes to it, or leave it out with .dockerignore.`,
    { retryable: true },
  );
}

function factsOf(path: string, { mode, mtime }: Stats): Pick<ContextEntry, 'path' | 'mode' | 'mtime'> {
  return { path, mode, mtime };
}
