import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SOURCE = join(import.meta.dirname, '..', '..');

let data: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'slipway-private-'));
  for (const name of ['sandbox', 'code-cache']) mkdirSync(join(data, name));
  for (const name of ['slipway.log', join('sandbox', 'account.sqlite')]) {
    writeFileSync(join(data, name), '');
    chmodSync(join(data, name), 0o644);
  }
  for (const name of ['.', 'sandbox', 'code-cache']) chmodSync(join(data, name), 0o755);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(data, { recursive: true, force: true, maxRetries: 3 });
});

/** Starts a program as a shell does whose files everybody may read. */
function start(file: string, ...args: readonly string[]): ChildProcess {
  const env = { PATH: process.env.PATH, HOME: data, SLIPWAY_DATA: data };
  const command = ['-c', 'umask 022; exec "$0" "$@"', process.execPath, join(SOURCE, file), ...args];
  const child = spawn('sh', command, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

async function untilPrinted({ stdout }: ChildProcess, pattern: RegExp): Promise<void> {
  if (stdout === null) throw new Error('It has no output.');
  for await (const line of createInterface({ input: stdout })) if (pattern.test(line)) return;
  throw new Error('It did not print that.');
}

/** The folder and all that is in it that others than the owner may use in some way. */
function openToOthers(): readonly string[] {
  const names = readdirSync(data, { recursive: true, encoding: 'utf8' });
  return ['.', ...names].filter((name) => (statSync(join(data, name)).mode & 0o077) !== 0);
}

describe.skipIf(process.platform === 'win32')(
  'files of the data folder are readable by their owner only',
  () => {
    it('with the browser host and the sandbox in it', async () => {
      const child = start('main/serve.ts', '--sandbox', '--no-open');
      await untilPrinted(child, /^The sandbox is at /);
      expect(readdirSync(data)).toContain('journal.sqlite');
      expect(openToOthers()).toEqual([]);
    });

    it('with the command line', async () => {
      const child = start('main/cli.ts', 'call', 'journal.list', '{}');
      await once(child, 'exit');
      expect(readdirSync(data)).toContain('journal.sqlite');
      rmSync(join(data, 'sandbox'), { recursive: true });
      expect(openToOthers()).toEqual([]);
    });

    it('with the sandbox alone', async () => {
      const child = start('sandbox/main.ts', '--data', join(data, 'sandbox'), '--scenario', 'empty');
      await untilPrinted(child, /listening/);
      for (const other of ['slipway.log', 'code-cache']) rmSync(join(data, other), { recursive: true });
      chmodSync(data, 0o700);
      expect(openToOthers()).toEqual([]);
    });

    it('because each program starts with it', () => {
      for (const file of ['index.ts', 'serve.ts', 'cli.ts'])
        expect(readFileSync(join(SOURCE, 'main', file), 'utf8')).toMatch(/^\s*keepNewFilesPrivate\(\);$/m);
    });
  },
);
