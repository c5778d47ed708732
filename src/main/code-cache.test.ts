import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

it('a process that keeps its compiled code leaves it in the data folder when it ends', () => {
  const data = mkdtempSync(join(tmpdir(), 'slipway-code-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  const address = (file: string): string =>
    JSON.stringify(pathToFileURL(join(import.meta.dirname, file)).href);
  const program = `
    const { keepCompiledCode } = await import(${address('code-cache.ts')});
    keepCompiledCode(${JSON.stringify(data)});
    await import(${address('../shared/wildcard.ts')});
  `;
  execFileSync(process.execPath, ['--input-type=module', '-e', program]);
  expect(readdirSync(join(data, 'code-cache'), { recursive: true }).length).toBeGreaterThan(1);
});
