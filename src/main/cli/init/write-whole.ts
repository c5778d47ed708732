import { chmodSync, existsSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { replaceFile } from '../../engine/storage/private-files.ts';

/**
 * Writes a file as a whole: when that fails, as on a full disk, the file is as it was, or is not there. A file keeps its
 * rights, and a link stays one. Throws what the system throws.
 */
export function writeWhole(
  file: string,
  text: string,
  write: (file: string, text: string) => void = writeFlushed,
): void {
  const target = existsSync(file) ? realpathSync(file) : file;
  replaceFile(target, (unfinished) => {
    write(unfinished, text);
    if (existsSync(target)) chmodSync(unfinished, statSync(target).mode & 0o777);
  });
}

function writeFlushed(file: string, text: string): void {
  writeFileSync(file, text, { flag: 'wx', flush: true });
}
