import { assertNever } from '../../../shared/assert-never.ts';
import { lastPer } from '../ports/pacing.ts';
import { type ContextBlocks, createContextBlocks, type WriteBytes } from './context-blocks.ts';
import { type ContextEntry, openContextFile, readContextEntry } from './context-entry.ts';
import { type IncludedPath, includedPaths } from './included-paths.ts';
import { readAhead } from './read-ahead.ts';
import { paddingOf, TAR_END_BYTES, tarHeader } from './tar-header.ts';

/** Files that are read at the same time. With their largest size this bounds the memory that packing needs. */
const FILES_AHEAD = 32;

const PROGRESS_PACE_MS = 100;

/** What of a build context has been packed, without folders and the headers of the tar. */
export interface ContextProgress {
  readonly files: number;
  readonly bytes: number;
}

interface PackContext {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ContextProgress) => void;
  readonly write: WriteBytes;
}

/**
 * Writes the tar of a folder to build from, without what .dockerignore leaves out (or the `.dockerignore` that belongs to
 * the Dockerfile alone). The Dockerfile and the .dockerignore go along even when they are ignored, since the engine
 * needs them (docker build does the same). Files belong to root in it, and have their modes whatever the umask of this
 * process is. It is packed while it is written. Rejects with the signal's reason, with the error of a write, and with
 * that of a file that cannot be read.
 */
export async function packBuildContext(
  folder: string,
  dockerfile: string,
  { signal, onProgress, write }: PackContext,
): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  // It may reject when nothing waits for it.
  aborted.promise.catch(() => undefined);
  const stop = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const progress = lastPer(PROGRESS_PACE_MS, onProgress);
  try {
    const blocks = createContextBlocks((bytes) => Promise.race([write(bytes), aborted.promise]));
    const paths = includedPaths(folder, dockerfile, signal);
    await addEntries(blocks, paths, { folder, signal, onProgress: progress.push });
    await blocks.addZeros(TAR_END_BYTES);
    await blocks.end();
    progress.flush();
  } finally {
    progress.stop();
    signal.removeEventListener('abort', stop);
  }
}

interface Filling extends Pick<PackContext, 'signal' | 'onProgress'> {
  readonly folder: string;
}

async function addEntries(
  blocks: ContextBlocks,
  paths: AsyncIterable<IncludedPath>,
  { folder, signal, onProgress }: Filling,
): Promise<void> {
  const progress = { files: 0, bytes: 0 };
  const addBytes = (bytes: number): void => {
    progress.bytes += bytes;
    onProgress({ ...progress });
  };
  onProgress({ ...progress });
  for await (const entry of readAhead(paths, FILES_AHEAD, (path) => readContextEntry(folder, path))) {
    signal.throwIfAborted();
    await addEntry(blocks, entry, { folder, addBytes });
    if (entry.kind === 'file' || entry.kind === 'large-file') progress.files += 1;
    onProgress({ ...progress });
  }
}

interface EntryContext {
  readonly folder: string;
  readonly addBytes: (bytes: number) => void;
}

async function addEntry(
  blocks: ContextBlocks,
  entry: ContextEntry,
  { folder, addBytes }: EntryContext,
): Promise<void> {
  switch (entry.kind) {
    case 'folder':
    case 'link':
      return blocks.add(tarHeader({ ...entry, size: 0 }));
    case 'file': {
      const size = entry.content.length;
      await blocks.add(tarHeader({ ...entry, size }));
      await blocks.add(entry.content);
      addBytes(size);
      return blocks.addZeros(paddingOf(size));
    }
    case 'large-file': {
      const file = await openContextFile(folder, entry.path);
      try {
        await blocks.add(tarHeader({ ...entry, kind: 'file', size: file.size }));
        let left = file.size;
        while (left > 0) {
          const read = await file.read(await blocks.space(left));
          blocks.took(read);
          left -= read;
          addBytes(read);
        }
        return await blocks.addZeros(paddingOf(file.size));
      } finally {
        await file.close();
      }
    }
    default:
      assertNever(entry);
  }
}
