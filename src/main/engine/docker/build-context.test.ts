import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readlink,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ContextProgress, packBuildContext } from './build-context.ts';
import { openContextFile } from './context-entry.ts';
import { readAhead } from './read-ahead.ts';

const run = promisify(execFile);
const signal = new AbortController().signal;
const MEBIBYTE = 1024 * 1024;

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'slipway-context-'));
  folder = join(root, 'source');
  await mkdir(folder);
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\n');
});
afterEach(() => rm(root, { recursive: true }));

/** Packs the folder, and unpacks it with the tar of the system. */
async function packAndExtract(): Promise<{
  readonly to: string;
  readonly progress: readonly ContextProgress[];
}> {
  const progress: ContextProgress[] = [];
  const archive = join(root, 'context.tar');
  const onProgress = (each: ContextProgress) => void progress.push(each);
  const file = await open(archive, 'w');
  const write = async (bytes: Uint8Array) => {
    // Late, so that a block that is filled again too early damages the archive.
    for (let turn = 0; turn < 3; turn += 1) await nextTurn();
    await file.write(bytes);
  };
  try {
    await packBuildContext(folder, 'Dockerfile', { signal, onProgress, write });
  } finally {
    await file.close();
  }
  const to = join(root, 'extracted');
  await mkdir(to);
  await run('tar', ['-xpf', archive, '-C', to]);
  return { to, progress };
}

/** Packs the folder for somebody who never takes the first piece. */
function packToNobody() {
  const controller = new AbortController();
  const written = Promise.withResolvers<void>();
  let last: ContextProgress | undefined;
  const packing = packBuildContext(folder, 'Dockerfile', {
    signal: controller.signal,
    onProgress: (progress) => {
      last = progress;
    },
    write: () => {
      written.resolve();
      return new Promise(() => undefined);
    },
  });
  packing.catch(() => undefined);
  return { packing, written: written.promise, controller, last: () => last };
}

describe('the context of a build', () => {
  it('has contents, modes, times and links as they are in the folder', async () => {
    const large = Buffer.alloc(3 * MEBIBYTE + 17, 'slipway');
    const long = `${'deep/'.repeat(40)}${'n'.repeat(90)}`;
    await mkdir(join(folder, 'deep/'.repeat(40)), { recursive: true });
    await writeFile(join(folder, long), 'long name');
    await writeFile(join(folder, 'large'), large);
    await writeFile(join(folder, 'empty'), '');
    await chmod(join(folder, 'large'), 0o751);
    await utimes(join(folder, 'large'), new Date(0), new Date('2026-01-02T03:04:05Z'));
    await symlink('large', join(folder, 'link'));
    await symlink('/nowhere', join(folder, 'broken'));

    const { to } = await packAndExtract();

    const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(digest(await readFile(join(to, 'large')))).toBe(digest(large));
    expect(await readFile(join(to, long), 'utf8')).toBe('long name');
    expect((await readFile(join(to, 'empty'))).length).toBe(0);
    const stats = await lstat(join(to, 'large'));
    expect(stats.mode & 0o777).toBe(0o751);
    expect(stats.mtime).toEqual(new Date('2026-01-02T03:04:05Z'));
    expect(await readlink(join(to, 'link'))).toBe('large');
    expect(await readlink(join(to, 'broken'))).toBe('/nowhere');
  });

  it('is counted in files and bytes while it is packed', async () => {
    await mkdir(join(folder, 'many'));
    for (let file = 0; file < 100; file += 1) await writeFile(join(folder, 'many', String(file)), 'four');
    await writeFile(join(folder, 'large'), Buffer.alloc(MEBIBYTE));
    const { progress } = await packAndExtract();
    expect(progress.at(0)).toEqual({ files: 0, bytes: 0 });
    const dockerfile = 'FROM scratch\n'.length;
    expect(progress.at(-1)).toEqual({ files: 102, bytes: MEBIBYTE + 400 + dockerfile });
  });

  it('keeps names that a plain tar header cannot hold, and times after 2038', async () => {
    const umlaut = 'größe-\u{1f6a2}';
    await writeFile(join(folder, umlaut), 'in UTF-8');
    await symlink(`${'far/'.repeat(60)}away`, join(folder, 'far'));
    await utimes(join(folder, umlaut), new Date(0), new Date('2045-01-02T03:04:05Z'));
    const { to } = await packAndExtract();
    expect(await readFile(join(to, umlaut), 'utf8')).toBe('in UTF-8');
    expect((await lstat(join(to, umlaut))).mtime).toEqual(new Date('2045-01-02T03:04:05Z'));
    expect(await readlink(join(to, 'far'))).toBe(`${'far/'.repeat(60)}away`);
  });

  it('is not read further than a few mebibytes ahead of whoever takes it', async () => {
    await truncate(join(folder, 'Dockerfile'), 1024 * MEBIBYTE);
    const { packing, written, controller, last } = packToNobody();
    await written;
    for (let turn = 0; turn < 200; turn += 1) await nextTurn();
    expect(last()?.bytes).toBeLessThan(8 * MEBIBYTE);
    controller.abort();
    await expect(packing).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('ends at once with its signal, in the middle of a large file', async () => {
    await truncate(join(folder, 'Dockerfile'), 1024 * MEBIBYTE);
    const { packing, written, controller } = packToNobody();
    await written;
    controller.abort();
    await expect(packing).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('ends with the error of whoever takes it', async () => {
    await truncate(join(folder, 'Dockerfile'), 4 * MEBIBYTE);
    const write = () => Promise.reject(new Error('The Engine has gone'));
    const packing = packBuildContext(folder, 'Dockerfile', { signal, onProgress: () => undefined, write });
    await expect(packing).rejects.toThrowError('The Engine has gone');
  });

  it('ends with an error that names a file that cannot be read', async () => {
    await writeFile(join(folder, '.dockerignore'), '[\n');
    await expect(packAndExtract()).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('Line 1 of .dockerignore'),
    });
  });

  it('refuses a file that becomes shorter while it is sent, because the tar would be damaged', async () => {
    await writeFile(join(folder, 'log'), 'x'.repeat(100));
    const file = await openContextFile(folder, 'log');
    await truncate(join(folder, 'log'), 10);
    const into = Buffer.alloc(100);
    expect(await file.read(into)).toBe(10);
    await expect(file.read(into)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('The file log changed while it was sent'),
    });
    await file.close();
  });

  it('refuses to follow a file that has become a link meanwhile', async () => {
    await symlink('/etc/passwd', join(folder, 'swapped'));
    await expect(openContextFile(folder, 'swapped')).rejects.toMatchObject({ code: 'ELOOP' });
  });
});

describe('readAhead', () => {
  it('returns results in order, and reads no more than its limit at the same time', async () => {
    let running = 0;
    let most = 0;
    const read = async (delay: number): Promise<number> => {
      running += 1;
      most = Math.max(most, running);
      for (let turn = 0; turn < delay; turn += 1) await nextTurn();
      running -= 1;
      return delay;
    };
    async function* items() {
      yield* [9, 1, 5, 0, 3, 7];
    }
    const results: number[] = [];
    for await (const result of readAhead(items(), 3, read)) results.push(result);
    expect(results).toEqual([9, 1, 5, 0, 3, 7]);
    expect(most).toBe(3);
  });
});
