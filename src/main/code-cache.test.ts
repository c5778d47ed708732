import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { VERSION } from './process/version.ts';

it('the code cache removes the compiled code of other versions', () => {
  const data = mkdtempSync(join(tmpdir(), 'slipway-code-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  mkdirSync(join(data, 'code-cache', '0.0.1'), { recursive: true });
  writeFileSync(join(data, 'code-cache', '0.0.1', 'engine'), 'compiled');
  keepCode(data);
  expect(readdirSync(join(data, 'code-cache'))).toEqual([VERSION]);
});

it('the code cache is written to the data folder when the process ends', () => {
  const data = mkdtempSync(join(tmpdir(), 'slipway-code-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  keepCode(data);
  expect(readdirSync(join(data, 'code-cache', VERSION), { recursive: true }).length).toBeGreaterThan(1);
});

it('the code cache of a build that has one is written beside it, and none in the data folder', () => {
  const data = mkdtempSync(join(tmpdir(), 'slipway-code-'));
  const built = mkdtempSync(join(tmpdir(), 'slipway-built-'));
  onTestFinished(() => {
    for (const folder of [data, built]) rmSync(folder, { recursive: true, force: true });
  });
  mkdirSync(join(built, 'code-cache'));
  keepCode(data, built);
  expect(readdirSync(join(built, 'code-cache'), { recursive: true }).length).toBeGreaterThan(1);
  expect(readdirSync(data)).toEqual([]);
});

it('compiled code that was kept is taken before the engine starts, and no folder is made for it', () => {
  const data = mkdtempSync(join(tmpdir(), 'slipway-code-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  const taken = () =>
    run(`
      const { takeCompiledCode } = await import(${address('code-cache.ts')});
      takeCompiledCode(() => ${JSON.stringify(data)}, ${JSON.stringify(join(data, 'built'))});
      process.stdout.write(String(process.getBuiltinModule('module').getCompileCacheDir()));
    `);
  expect(taken()).toBe('undefined');
  expect(readdirSync(data)).toEqual([]);
  keepCode(data);
  expect(taken()).toContain(join(data, 'code-cache', VERSION));
});

it.runIf(process.platform === 'linux')('a code cache whose folder cannot be made is done without', () => {
  const data = mkdtempSync(join(tmpdir(), 'slipway-code-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  symlinkSync('/proc', join(data, 'code-cache'));
  expect(() => keepCode(data)).not.toThrow();
});

/** Runs a process that keeps its compiled code in this data folder, loads a module, and ends. */
function keepCode(data: string, built = join(data, 'built')): void {
  run(`
    const { keepCompiledCode } = await import(${address('code-cache.ts')});
    keepCompiledCode(${JSON.stringify(data)}, ${JSON.stringify(built)});
    await import(${address('../shared/wildcard.ts')});
  `);
}

/** What a program writes, in a process of its own. */
function run(program: string): string {
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
}

function address(file: string): string {
  return JSON.stringify(pathToFileURL(join(import.meta.dirname, file)).href);
}
