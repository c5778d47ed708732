import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDataHandlers } from './data-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'data-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('the data folder is summed up by what its files are for', async () => {
  mkdirSync(join(folder, 'sandbox', 'layers'), { recursive: true });
  for (const [file, bytes] of [
    ['journal.sqlite', 10],
    ['journal.sqlite-wal', 5],
    ['cleanup.sqlite', 1],
    ['revisions.sqlite', 20],
    ['cache.key', 2],
    ['slipway.log', 7],
    ['slipway.old.log', 7],
    ['sandbox/layers/a', 100],
    ['sandbox/state', 1],
    ['webhook.key', 3],
    ['something', 4],
  ] as const) {
    writeFileSync(join(folder, file), 'x'.repeat(bytes));
  }
  const call = { signal: new AbortController().signal, emit: () => undefined };
  expect(await createDataHandlers({ data: folder })['data.read']({}, call)).toEqual({
    folder,
    kinds: [
      { kind: 'journal', files: 3, bytes: 16 },
      { kind: 'caches', files: 2, bytes: 22 },
      { kind: 'log', files: 2, bytes: 14 },
      { kind: 'sandbox', files: 2, bytes: 101 },
      { kind: 'settings', files: 1, bytes: 3 },
      { kind: 'other', files: 1, bytes: 4 },
    ],
  });
});
