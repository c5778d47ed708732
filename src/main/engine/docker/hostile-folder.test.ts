import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, open, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKnownSecrets } from '../ports/known-secrets.ts';
import { makeFifo } from '../testing/crafted-repositories.ts';
import { listIncluded } from '../testing/list-included.ts';
import { buildImage } from './build.ts';
import { packBuildContext } from './build-context.ts';
import { createDockerConnection } from './connection.ts';
import { readSmallFile } from './small-file.ts';

const signal = new AbortController().signal;

let folder: string;
const atEnd: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'slipway-hostile-')));
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\n');
});
afterEach(async () => {
  for (const end of atEnd.splice(0)) await end();
  await rm(folder, { recursive: true });
});

/** Makes a path something else than a file to read. */
const KINDS: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  'a FIFO': makeFifo,
  'a link to a FIFO': async (path) => {
    await makeFifo(`${path}-target`);
    await symlink(`${path}-target`, path);
  },
  'a link to /dev/zero': (path) => symlink('/dev/zero', path),
  'a link to a terminal': (path) => symlink('/dev/tty', path),
  'a link to itself': (path) => symlink(path, path),
  'a folder': (path) => mkdir(path),
  'a socket': async (path) => {
    const server = createServer();
    atEnd.push(() => new Promise((closed) => server.close(closed)));
    await new Promise<void>((listening) => server.listen(path, listening));
  },
  'a file of a terabyte': async (path) => {
    const file = await open(path, 'w');
    await file.truncate(2 ** 40);
    await file.close();
  },
};

describe('a folder whose .dockerignore is not a file of a usual size', () => {
  it.each(Object.entries(KINDS))('is refused in one sentence when it is %s', async (_, make) => {
    await make(join(folder, '.dockerignore'));
    const refused = { code: 'INVALID_INPUT', message: expect.stringContaining('.dockerignore') };
    await expect(listIncluded(folder, 'Dockerfile', signal)).rejects.toMatchObject(refused);
    await rm(join(folder, '.dockerignore'), { recursive: true });
    await make(join(folder, 'Dockerfile.dockerignore'));
    await expect(listIncluded(folder, 'Dockerfile', signal)).rejects.toMatchObject(refused);
  });

  it('may be a link to a file, as in Docker', async () => {
    await writeFile(join(folder, 'ignored'), 'secret\n');
    await writeFile(join(folder, 'secret'), '');
    await symlink('ignored', join(folder, '.dockerignore'));
    expect(await listIncluded(folder, 'Dockerfile', signal)).not.toContain('secret');
  });
});

describe('a Dockerfile', () => {
  const connect = createDockerConnection({
    environment: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
    secrets: createKnownSecrets(),
  });
  const build = async (dockerfile: string) =>
    buildImage(
      await connect(),
      { folder, dockerfile, repository: 'web', tag: '1' },
      {
        now: new Date(),
        environment: process.env,
        ecr: () => undefined,
        secrets: createKnownSecrets(),
        signal,
        emit: () => undefined,
        onSource: () => undefined,
      },
    );

  it.each(Object.entries(KINDS).filter(([kind]) => kind !== 'a file of a terabyte'))(
    'is not found when it is %s',
    async (_, make) => {
      await make(join(folder, 'Other'));
      await expect(build('Other')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    },
  );

  it('is refused when it is too large or links outside the folder', async () => {
    await KINDS['a file of a terabyte']?.(join(folder, 'Large'));
    await expect(build('Large')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await symlink('/etc/passwd', join(folder, 'Outside'));
    await expect(build('Outside')).rejects.toMatchObject({
      message: expect.stringContaining('is outside the folder'),
    });
  });
});

describe('the context of a build', () => {
  it('leaves out FIFOs, sockets and devices, and keeps the modes of files whatever the umask is', async () => {
    await KINDS['a FIFO']?.(join(folder, 'fifo'));
    await KINDS['a socket']?.(join(folder, 'socket'));
    await writeFile(join(folder, 'run.sh'), '', { mode: 0o755 });
    execFileSync('chmod', ['755', join(folder, 'run.sh')]);
    const before = process.umask(0o077);
    atEnd.push(() => process.umask(before));
    let tar = '';
    const write = async (bytes: Uint8Array) => {
      tar += Buffer.from(bytes).toString('latin1');
    };
    await packBuildContext(folder, 'Dockerfile', { signal, onProgress: () => undefined, write });
    expect(tar).not.toMatch(/fifo|socket/);
    expect(tar).toMatch(/run\.sh\0+0*755[ \0]/);
  });

  it('stops when it is aborted, in a folder that is being listed too', async () => {
    await mkdir(join(folder, 'many'));
    for (let file = 0; file < 3000; file += 1) await writeFile(join(folder, 'many', String(file)), '');
    const controller = new AbortController();
    const walking = listIncluded(folder, 'Dockerfile', controller.signal);
    setImmediate(() => controller.abort());
    await expect(walking).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('readSmallFile', () => {
  it('reads up to its limit, nothing of a missing file, and nothing once it is aborted', async () => {
    const path = join(folder, 'file');
    await writeFile(path, 'é'.repeat(512));
    expect(await readSmallFile(path, 1024, signal)).toBe('é'.repeat(512));
    await expect(readSmallFile(path, 1023, signal)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(await readSmallFile(join(folder, 'gone'), 1024, signal)).toBeUndefined();
    await expect(readSmallFile(path, 1024, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
