import { Header } from 'tar/header';
import { Pax } from 'tar/pax';

const BLOCK_BYTES = 512;

const TYPES = { file: 'File', link: 'SymbolicLink', folder: 'Directory' } as const;

/** What a tar says of an entry. It belongs to root. */
export interface TarEntry {
  /** Relative and with slashes. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** As `stat` returns it. */
  readonly mode: number;
  readonly mtime: Date;
  /** In bytes; 0 for folders and links. */
  readonly size: number;
  /** Of a link. */
  readonly target?: string | undefined;
}

/**
 * The header of an entry in the pax format of POSIX.1-2001: one block, and an extended header before it for what the
 * block can't hold, such as long names. The content follows, then `paddingOf` it.
 */
export function tarHeader({ path, kind, mode, mtime, size, target = '' }: TarEntry): Buffer {
  const inBlock = { path, linkpath: target, size, mtime: wholeSeconds(mtime) };
  const header = new Header({ ...inBlock, type: TYPES[kind], mode: mode & 0o7777, uid: 0, gid: 0 });
  const block = Buffer.alloc(BLOCK_BYTES);
  return header.encode(block, 0) ? Buffer.concat([new Pax(inBlock).encode(), block]) : block;
}

/** How many zero bytes follow the content. */
export function paddingOf(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}

/** Two empty blocks. */
export const TAR_END_BYTES = 2 * BLOCK_BYTES;

/** Times have no fractions, so that the tar of the same files is the same. */
function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}
