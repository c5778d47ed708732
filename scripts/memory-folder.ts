import { mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';

/** POSIX's shared memory, which Linux has as a tmpfs. See https://man7.org/linux/man-pages/man7/shm_overview.7.html. */
const SHARED_MEMORY = '/dev/shm';
/** Many times what the tests store at once. A container has 64 MiB there unless it asks for more. */
const LEAST_FREE_BYTES = 4 * 1024 ** 3;

export interface MemoryFolder {
  readonly path: string;
  remove(): void;
}

/**
 * A folder in memory for what the tests store, where the machine has one. SQLite waits for the disk at every change, which
 * took a good part of the time of a test with a journal.
 */
export function createMemoryFolder(): MemoryFolder | undefined {
  if (process.platform !== 'linux' || !holdsPrograms(readFileSync('/proc/mounts', 'utf8'))) return undefined;
  const { bavail, bsize } = statfsSync(SHARED_MEMORY);
  if (Math.min(bavail * bsize, freemem()) < LEAST_FREE_BYTES) return undefined;
  const path = mkdtempSync(join(SHARED_MEMORY, 'slipway-'));
  return {
    path,
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  };
}

/** Whether shared memory is a tmpfs where programs may run: some tests write a program and start it. */
export function holdsPrograms(mounts: string): boolean {
  const mount = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .findLast(([, path]) => path === SHARED_MEMORY);
  const [, , kind, options = ''] = mount ?? [];
  const written = options.split(',');
  return kind === 'tmpfs' && written.includes('rw') && !written.includes('noexec');
}
