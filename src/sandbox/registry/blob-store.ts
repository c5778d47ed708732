import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, renameSync, rmSync } from 'node:fs';
import { type FileHandle, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { makeFolder } from '../../make-folder.ts';

/** Blobs by digest: uploaded ones are files, those of seeded images are not. */
export interface BlobStore {
  /** Size in bytes; undefined when there is no such blob. */
  size(digest: string): Promise<number | undefined>;
  /** Streams a blob that exists, or the bytes `start` to `end` of it, both included. */
  read(digest: string, range?: ByteRange): Readable;
  /** The whole of a small blob, such as an image's configuration. */
  readWhole(digest: string): Promise<Buffer>;
  /** Adds a blob that is not a file. The caller has computed its digest. */
  keep(digest: string, source: BlobSource): void;
  /** Writes seeded blobs to files, so that they outlive the process. */
  writeToFiles(digests: readonly string[]): Promise<void>;
  /** The digests of all blobs that are files. */
  listFiles(): Promise<readonly string[]>;
  /** The caller has made sure that nothing refers to the blob. */
  delete(digest: string): void;
  startUpload(): Upload;
}

export interface BlobStoreOptions {
  /** Writes a part of an upload; tests make it fail as a full disk does. */
  readonly writeChunk?: (file: FileHandle, chunk: Buffer) => Promise<void>;
}

/** Where the bytes of a blob come from. */
export interface BlobSource {
  /** In bytes. */
  readonly size: number;
  read(range?: ByteRange): Readable;
}

export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A blob on its way in. Bytes are hashed as they are written, so nothing is read twice. */
export interface Upload {
  readonly id: string;
  /** Bytes written so far. After a broken connection the client continues from here. */
  size(): number;
  append(bytes: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void>;
  /** Whether an `append` is in progress. Another one must wait for it. */
  isBusy(): boolean;
  /**
   * Makes the upload a blob, and calls `adopt` before anything else can happen, so that no garbage collection finds a
   * blob that belongs to nothing. False, and the bytes are gone, when they do not have this digest.
   */
  finish(digest: string, adopt: () => void): Promise<boolean>;
  discard(): Promise<void>;
}

/**
 * Opens the store in a folder, which keeps its blobs over restarts.
 *
 * @throws Error with a sentence for the user when the folder cannot be written to.
 */
export async function openBlobStore(folder: string, options: BlobStoreOptions = {}): Promise<BlobStore> {
  const { writeChunk = (file, chunk) => file.appendFile(chunk) } = options;
  const blobs = join(folder, 'blobs');
  const uploads = join(folder, 'uploads');
  // Whatever was in progress when an earlier process ended can no longer be finished.
  try {
    await rm(uploads, { recursive: true, force: true });
    for (const each of [blobs, uploads]) makeFolder(each);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Blobs cannot be kept in ${folder}: ${reason}. Choose a folder that you can write to.`, {
      cause: error,
    });
  }

  const kept = new Map<string, BlobSource>();
  const pathOf = (digest: string) => join(blobs, digest.replace(':', '-'));
  const read = (digest: string, range?: ByteRange) =>
    kept.get(digest)?.read(range) ?? createReadStream(pathOf(digest), range);

  return {
    size: async (digest) => kept.get(digest)?.size ?? fileSize(pathOf(digest)),
    read,
    readWhole: (digest) => buffer(read(digest)),
    keep(digest, source) {
      kept.set(digest, source);
    },
    async writeToFiles(digests) {
      for (const digest of digests) {
        const source = kept.get(digest);
        if (source === undefined || (await fileSize(pathOf(digest))) !== undefined) continue;
        const upload = createUpload(uploads, pathOf, writeChunk);
        await upload.append(source.read());
        await upload.finish(digest, () => undefined);
      }
    },
    async listFiles() {
      return (await readdir(blobs)).map((name) => name.replace('-', ':'));
    },
    delete(digest) {
      kept.delete(digest);
      rmSync(pathOf(digest), { force: true });
    },
    startUpload: () => createUpload(uploads, pathOf, writeChunk),
  };
}

/** A blob that stays in memory. */
export function bytesInMemory(bytes: Buffer): BlobSource {
  return {
    size: bytes.length,
    read: (range) =>
      Readable.from([range === undefined ? bytes : bytes.subarray(range.start, range.end + 1)]),
  };
}

function createUpload(
  folder: string,
  pathOf: (digest: string) => string,
  writeChunk: NonNullable<BlobStoreOptions['writeChunk']>,
): Upload {
  const id = randomUUID();
  const file = join(folder, id);
  const hash = createHash('sha256');
  let size = 0;
  let busy = false;

  const discard = () => rm(file, { force: true });
  return {
    id,
    size: () => size,
    isBusy: () => busy,
    async append(bytes) {
      busy = true;
      try {
        await using handle = await open(file, 'a');
        try {
          for await (const chunk of bytes) {
            await writeChunk(handle, chunk);
            hash.update(chunk);
            size += chunk.length;
          }
        } catch (error) {
          // A full disk can leave half a chunk that was never hashed: the client is to continue from before it.
          await handle.truncate(size);
          throw error;
        }
      } finally {
        busy = false;
      }
    },
    async finish(digest, adopt) {
      const isWhole = ((await fileSize(file)) ?? 0) === size;
      if (!isWhole || `sha256:${hash.digest('hex')}` !== digest) {
        await discard();
        return false;
      }
      // An empty blob has no bytes to write.
      if (size === 0) await (await open(file, 'a')).close();
      renameSync(file, pathOf(digest));
      adopt();
      return true;
    },
    discard,
  };
}

async function fileSize(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether bytes could not be written because the disk, or the user's share of it, is full. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
