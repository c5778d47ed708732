import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startSandbox } from '../start.ts';
import { holdDataFolder } from './data-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-folder-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a data folder is used by one sandbox at a time', async () => {
  const first = await startSandbox({ scenario: 'empty', dataFolder: folder });
  await expect(startSandbox({ scenario: 'empty', dataFolder: folder })).rejects.toThrow(
    `Another sandbox uses ${folder}.`,
  );
  await first.close();
  const second = await startSandbox({ scenario: 'empty', dataFolder: folder });
  await second.close();
});

it('a data folder is created when it does not exist, or the failure is reported', () => {
  holdDataFolder(join(folder, 'a', 'b')).release();
  expect(() => holdDataFolder('/dev/null/here')).toThrow(
    'The sandbox cannot keep its data in /dev/null/here',
  );
});
