import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { BlobSource, ByteRange } from './blob-store.ts';
import { tarHeader, tarTrailer } from './tar-archive.ts';

/** A layer that every seeded image has at its bottom. */
export interface BaseLayer extends BlobSource {
  readonly digest: string;
}

const FILE_BYTES = 18 * 1024 * 1024;
const CHUNK = Buffer.alloc(1024 * 1024);

/**
 * Makes the layer that gives seeded images the size of real ones: one file of zeros, not compressed. It is a true
 * layer that can be pulled, but its bytes are made when they are read, so it takes neither memory nor disk.
 */
export function createBaseLayer(): BaseLayer {
  const hash = createHash('sha256');
  let size = 0;
  for (const chunk of chunks()) {
    hash.update(chunk);
    size += chunk.length;
  }
  return {
    digest: `sha256:${hash.digest('hex')}`,
    size,
    read: (range) => Readable.from(range === undefined ? chunks() : within(range)),
  };
}

function* chunks(): Generator<Buffer> {
  yield tarHeader('usr/lib/base.img', FILE_BYTES, new Date(0));
  for (let left = FILE_BYTES; left > 0; left -= CHUNK.length) yield CHUNK.subarray(0, left);
  yield tarTrailer(FILE_BYTES);
}

function* within({ start, end }: ByteRange): Generator<Buffer> {
  let position = 0;
  for (const chunk of chunks()) {
    const part = chunk.subarray(Math.max(0, start - position), Math.max(0, end + 1 - position));
    position += chunk.length;
    if (part.length > 0) yield part;
  }
}
