import { once } from 'node:events';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import { assertNever } from '../../../shared/assert-never.ts';
import { lastPer } from '../ports/pacing.ts';
import { type ContextEntry, openContextFile, readContextEntry } from './context-entry.ts';
import { includedPaths } from './included-paths.ts';
import { readAhead } from './read-ahead.ts';

/** Files that are read at the same time. With their largest size this bounds the memory that packing needs. */
const FILES_AHEAD = 32;

/** A tar of small files comes in pieces of 512 bytes, each of which would be a write to the Engine's socket. */
const BLOCK_BYTES = 256 * 1024;

const PROGRESS_PACE_MS = 100;

/** What of a build context has been packed, without folders and the headers of the tar. */
export interface ContextProgress {
  readonly files: number;
  readonly bytes: number;
}

interface PackContext {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ContextProgress) => void;
}

/**
 * The tar of a folder to build from, without what .dockerignore leaves out (or the `.dockerignore` that belongs to
 * the Dockerfile alone). The Dockerfile and the .dockerignore go along even when they are ignored, since the engine
 * needs them (docker build does the same). Files belong to root in it, and have their modes whatever the umask of this
 * process is. It is packed while it is read; destroying it or aborting the signal ends that. Errors are errors of the
 * stream.
 */
export function packBuildContext(
  folder: string,
  dockerfile: string,
  { signal, onProgress }: PackContext,
): Readable {
  const tar = pack();
  const blocks = createBlocks();
  const ended = new AbortController();
  const progress = lastPer(PROGRESS_PACE_MS, onProgress);
  blocks.once('close', () => {
    ended.abort();
    progress.stop();
  });
  // Whoever reads the stream gets its error. It must not end the process while nobody reads yet.
  blocks.on('error', () => undefined);
  pipeline(tar, blocks, { signal }).catch(() => undefined);

  const running = AbortSignal.any([signal, ended.signal]);
  addEntries(tar, { folder, dockerfile, signal: running, onProgress: progress.push }).then(
    () => {
      progress.flush();
      tar.finalize();
    },
    (error: Error) => blocks.destroy(error),
  );
  return blocks;
}

interface Filling extends PackContext {
  readonly folder: string;
  readonly dockerfile: string;
}

interface EntryContext extends Pick<Filling, 'folder' | 'signal'> {
  readonly addBytes: (bytes: number) => void;
}

async function addEntries(tar: Pack, { folder, dockerfile, signal, onProgress }: Filling): Promise<void> {
  const progress = { files: 0, bytes: 0 };
  const addBytes = (bytes: number): void => {
    progress.bytes += bytes;
    onProgress({ ...progress });
  };
  onProgress({ ...progress });
  const paths = includedPaths(folder, dockerfile, signal);
  for await (const entry of readAhead(paths, FILES_AHEAD, (path) => readContextEntry(folder, path))) {
    signal.throwIfAborted();
    await addEntry(tar, entry, { folder, signal, addBytes });
    if (entry.kind === 'file' || entry.kind === 'large-file') progress.files += 1;
    onProgress({ ...progress });
  }
}

async function addEntry(
  tar: Pack,
  entry: ContextEntry,
  { folder, signal, addBytes }: EntryContext,
): Promise<void> {
  const header = { name: entry.path, mode: entry.mode, mtime: entry.mtime, uid: 0, gid: 0 };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const done = (error?: Error | null): void => (error ? reject(error) : resolve());
  // A tar that is destroyed never says that an entry is done.
  const stop = (): void => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  promise.catch(() => undefined).finally(() => signal.removeEventListener('abort', stop));
  switch (entry.kind) {
    case 'folder':
      tar.entry({ ...header, type: 'directory' }, NO_CONTENT, done);
      break;
    case 'link':
      tar.entry({ ...header, type: 'symlink', linkname: entry.target }, NO_CONTENT, done);
      break;
    case 'file':
      tar.entry({ ...header, type: 'file' }, entry.content, done);
      addBytes(entry.content.length);
      break;
    case 'large-file': {
      const file = await openContextFile(folder, entry.path);
      try {
        const sink = tar.entry({ ...header, type: 'file', size: file.size }, done);
        for await (const piece of file.pieces()) {
          if (!sink.write(piece)) await once(sink, 'drain', { signal });
          addBytes(piece.length);
        }
        sink.end();
      } finally {
        await file.close();
      }
      break;
    }
    default:
      assertNever(entry);
  }
  await promise;
}

const NO_CONTENT = Buffer.alloc(0);

/** Passes bytes on in blocks of at least BLOCK_BYTES. */
function createBlocks(): Transform {
  let parts: Buffer[] = [];
  let length = 0;
  const take = (): Buffer => {
    const block = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts, length);
    parts = [];
    length = 0;
    return block;
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      parts.push(chunk);
      length += chunk.length;
      if (length >= BLOCK_BYTES) done(null, take());
      else done();
    },
    flush(done) {
      done(null, take());
    },
  });
}
