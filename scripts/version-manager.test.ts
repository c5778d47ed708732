import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { folderBehindShim } from './version-manager.ts';

let home: string;
let shims: string;
let programs: string;

async function writeProgram(folder: string, name: string, script: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'slipway-shims-'));
  shims = join(home, '.pyenv', 'shims');
  programs = join(home, 'programs');
  const real = join(home, '.pyenv', 'versions', '3.11.7', 'bin', 'aws');
  await writeProgram(shims, 'aws', 'exit 1');
  await writeProgram(shims, 'jq', 'exit 1');
  await writeProgram(programs, 'aws', 'exit 0');
  await writeProgram(programs, 'pyenv', `test "$1 $2" = "which aws" && echo ${real}`);
});
afterAll(() => rm(home, { recursive: true }));

const pathOf = (...folders: readonly string[]) => ({ PATH: [...folders, '/usr/bin', '/bin'].join(':') });

it.skipIf(process.platform === 'win32')('tests start the program behind a shim of pyenv', () => {
  expect(folderBehindShim('aws', pathOf(shims, programs))).toBe(
    join(home, '.pyenv', 'versions', '3.11.7', 'bin'),
  );
});

it.skipIf(process.platform === 'win32')(
  'a program that is no shim, or that pyenv does not know, is left as it is',
  () => {
    expect(folderBehindShim('aws', pathOf(programs, shims))).toBeUndefined();
    expect(folderBehindShim('jq', pathOf(shims, programs))).toBeUndefined();
    expect(folderBehindShim('no-such-program', pathOf(shims, programs))).toBeUndefined();
  },
);
