import { createHash, randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { LayerStream } from './layer-stream.ts';

const CHUNKS = 40;
const CHUNK_BYTES = 60_000;

function layerOf(chunks: readonly Buffer[]): { readonly digest: string; readonly size: number } {
  const content = Buffer.concat(chunks);
  const hex = createHash('sha256').update(content).digest('hex');
  return { digest: `sha256:${hex}`, size: content.length };
}

/** What a connection reads: memory of its own for each chunk. */
function chunksOf(count: number): Buffer[] {
  return Array.from({ length: count }, () => {
    const bytes = randomBytes(CHUNK_BYTES);
    const own = Buffer.from(new ArrayBuffer(CHUNK_BYTES));
    bytes.copy(own);
    return own;
  });
}

describe('the bytes of a layer that is copied', () => {
  it('arrive whole at a slow connection, and the memory of each chunk is free once it was written', async () => {
    const chunks = chunksOf(CHUNKS);
    const layer = layerOf(chunks);
    const arrived = createHash('sha256');
    let mostHeld = 0;
    const slow = new Writable({
      highWaterMark: CHUNK_BYTES,
      write(chunk: Buffer, _encoding, done) {
        setImmediate(() => {
          arrived.update(chunk);
          done();
        });
      },
    });
    const stream = new LayerStream('web', layer, () => {
      const held = given.filter(({ byteLength }) => byteLength > 0).length;
      mostHeld = Math.max(mostHeld, held);
    });
    const given: Buffer[] = [];
    const read = pipeline(async function* () {
      for (const chunk of chunks) {
        given.push(chunk);
        yield chunk;
      }
    }, stream);
    const finished = new Promise((resolve) => {
      slow.once('finish', resolve);
    });
    stream.pipe(slow);
    await Promise.all([read, finished]);
    expect(`sha256:${arrived.digest('hex')}`).toBe(layer.digest);
    expect(chunks.every(({ byteLength }) => byteLength === 0)).toBe(true);
    expect(mostHeld, 'not the whole layer').toBeLessThan(CHUNKS / 2);
  });

  it('keep memory that others share', async () => {
    const whole = Buffer.from(new ArrayBuffer(2 * CHUNK_BYTES), 0);
    const parts = [whole.subarray(0, CHUNK_BYTES), whole.subarray(CHUNK_BYTES)];
    const stream = new LayerStream('web', layerOf(parts), () => undefined);
    const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
    const finished = new Promise((resolve) => {
      sink.once('finish', resolve);
    });
    stream.pipe(sink);
    for (const part of parts) stream.write(part);
    stream.end();
    await finished;
    expect(whole.byteLength).toBe(2 * CHUNK_BYTES);
  });
});
