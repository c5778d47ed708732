/** Large enough that a write costs little beside its bytes. */
const BLOCK_BYTES = 1024 * 1024;

/** Writes bytes. Resolves when they are no longer needed, since their buffer is used again. */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;

/**
 * Bytes on their way out, in two blocks that are used in turns: one is filled while the other is written. So packing
 * takes the same memory whatever it packs, and nothing is left to the garbage collector.
 */
export interface ContextBlocks {
  /** Copies bytes. */
  add(bytes: Uint8Array): Promise<void>;
  addZeros(count: number): Promise<void>;
  /**
   * At least one byte of space, at most `most`, for a reader to fill; `took` says how many it did. Nothing else may be
   * called in between.
   */
  space(most: number): Promise<Buffer>;
  took(count: number): void;
  /** Writes what is left and waits until everything is written. */
  end(): Promise<void>;
}

interface Block {
  readonly bytes: Buffer;
  written: Promise<void>;
}

export function createContextBlocks(write: WriteBytes): ContextBlocks {
  const first = createBlock();
  const second = createBlock();
  let filling = first;
  let length = 0;

  /** Sends the block that is full, and waits for the other one. Rejects with the error of an earlier write. */
  async function turn(): Promise<void> {
    const full = filling;
    const bytes = full.bytes.subarray(0, length);
    filling = full === first ? second : first;
    const earlier = filling.written;
    full.written = earlier.then(() => write(bytes));
    // It may reject before anything waits for it.
    full.written.catch(() => undefined);
    length = 0;
    await earlier;
  }

  async function addFrom(count: number, fill: (into: Buffer, from: number) => void): Promise<void> {
    let done = 0;
    while (done < count) {
      if (length === BLOCK_BYTES) await turn();
      const into = filling.bytes.subarray(length, length + Math.min(count - done, BLOCK_BYTES - length));
      fill(into, done);
      done += into.length;
      length += into.length;
    }
  }

  return {
    add: (bytes) => addFrom(bytes.length, (into, from) => into.set(bytes.subarray(from, from + into.length))),
    addZeros: (count) => addFrom(count, (into) => into.fill(0)),
    async space(most) {
      if (length === BLOCK_BYTES) await turn();
      return filling.bytes.subarray(length, length + Math.min(most, BLOCK_BYTES - length));
    },
    took(count) {
      length += count;
    },
    async end() {
      if (length > 0) await turn();
      await Promise.all([first.written, second.written]);
    },
  };
}

function createBlock(): Block {
  return { bytes: Buffer.allocUnsafe(BLOCK_BYTES), written: Promise.resolve() };
}
