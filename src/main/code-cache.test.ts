import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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

/** Runs a process that keeps its compiled code in this data folder, loads a module, and ends. */
function keepCode(data: string): void {
  const address = (file: string): string =>
    JSON.stringify(pathToFileURL(join(import.meta.dirname, file)).href);
  const program = `
    const { keepCompiledCode } = await import(${address('code-cache.ts')});
    keepCompiledCode(${JSON.stringify(data)});
    await import(${address('../shared/wildcard.ts')});
  `;
  execFileSync(process.execPath, ['--input-type=module', '-e', program]);
}
