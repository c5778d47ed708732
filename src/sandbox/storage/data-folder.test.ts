import { chmodSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
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

it.runIf(process.platform !== 'win32')(
  'a data folder is refused when one of its files has no end, and what a link leads to is not changed',
  async () => {
    for (const name of ['port.json', 'clock.json', 'account.sqlite']) {
      const refused = mkdtempSync(join(folder, 'refused-'));
      symlinkSync('/dev/zero', join(refused, name));
      await expect(startSandbox({ scenario: 'empty', dataFolder: refused })).rejects.toThrow(
        `${join(refused, name)} is not a regular file. Choose another data folder.`,
      );
    }
    const shared = join(folder, 'shared');
    writeFileSync(shared, '');
    chmodSync(shared, 0o644);
    const linked = mkdtempSync(join(folder, 'linked-'));
    symlinkSync(shared, join(linked, 'other.json'));
    holdDataFolder(linked).release();
    expect(statSync(shared).mode & 0o777).toBe(0o644);
  },
);

it('a data folder is created when it does not exist, or the failure is reported', () => {
  holdDataFolder(join(folder, 'a', 'b')).release();
  symlinkSync('missing', join(folder, 'broken'));
  for (const refused of ['/dev/null/here', '/proc/here', '/proc/here/data', join(folder, 'broken')]) {
    expect(() => holdDataFolder(refused)).toThrow(`The sandbox cannot keep its data in ${refused}`);
  }
});
