import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FuseState } from '@electron/fuses';

/** By which the fuses are found in the binary: https://github.com/electron/fuses */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/** Fuses of Electron 45 as it is downloaded: https://www.electronjs.org/docs/latest/tutorial/fuses */
const DEFAULT_FUSES = [true, false, true, true, false, false, false, true, true];

/**
 * Writes into a folder what electron-builder needs of an unpacked Electron for Linux: a file in place of the binary
 * with its fuses, two locales and the licences. Nothing of it can be started.
 */
export function writeFakeElectron(folder: string): void {
  const files: Readonly<Record<string, Buffer | string>> = {
    electron: Buffer.concat([Buffer.from('\x7fELF', 'latin1'), fuseWire(DEFAULT_FUSES)]),
    'chrome-sandbox': '',
    'locales/de.pak': '',
    'locales/en-US.pak': '',
    LICENSE: '',
    'LICENSES.chromium.html': '',
    version: '0.0.0',
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content, { mode: 0o755 });
  }
}

/** A text to find the place by, the version and length of what follows, and a character for each fuse. */
function fuseWire(fuses: readonly boolean[]): Buffer {
  const states = fuses.map((isOn) => (isOn ? FuseState.ENABLE : FuseState.DISABLE));
  return Buffer.concat([Buffer.from(SENTINEL), Buffer.of(1, fuses.length, ...states)]);
}
