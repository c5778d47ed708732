import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { SlipwayError } from '../../../shared/errors.ts';
import { releaseMemory } from '../network/release-memory.ts';
import type { Blob } from './image-tree.ts';

/**
 * Passes the bytes of a layer on, and fails at their end when they are not those of its digest. What reads it by `pipe`, as the
 * SDK reads a body, has each chunk freed as soon as it is written.
 */
export class LayerStream extends Transform {
  readonly #hash = createHash('sha256');
  readonly #repository: string;
  readonly #blob: Blob;
  readonly #onBytes: (bytes: number) => void;
  #bytes = 0;

  constructor(repository: string, blob: Blob, onBytes: (bytes: number) => void) {
    super();
    this.#repository = repository;
    this.#blob = blob;
    this.#onBytes = onBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#blob.size) {
      done(this.#wrong());
      return;
    }
    this.#hash.update(chunk);
    this.#onBytes(this.#bytes);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const { size, digest } = this.#blob;
    done(this.#bytes === size && `sha256:${this.#hash.digest('hex')}` === digest ? null : this.#wrong());
  }

  override pipe<T extends NodeJS.WritableStream>(destination: T): T {
    this.on('data', (chunk: Buffer) => {
      if (destination.write(chunk, () => releaseMemory(chunk))) return;
      this.pause();
      destination.once('drain', () => this.resume());
    });
    this.once('end', () => destination.end());
    return destination;
  }

  #wrong(): SlipwayError {
    return new SlipwayError(
      'REGISTRY_REFUSED',
      `The layer ${this.#blob.digest} of ${this.#repository} does not have the bytes of its digest, so it was not copied. Push the image again.`,
    );
  }
}
