import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** All that the build is made of. Tests are not. */
const SOURCES = [
  'src/**/*.{ts,tsx,css,html,json,svg,png}',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
];

/** A name of the sources as they are now: the same content gives the same name on every machine. */
export function sourcesName(root: string): string {
  const hash = createHash('sha256');
  const files = globSync(SOURCES, { cwd: root, exclude: ['**/*.test.ts', '**/*.test.tsx'] })
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

/** Whether the build in `out` was made from these sources. */
export function isBuiltFrom(root: string, sources: string): boolean {
  const stamp = stampFile(root);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sources;
}

/** Notes what the build in `out` was made from. */
export function stampBuild(root: string, sources: string): void {
  writeFileSync(stampFile(root), sources);
}

function stampFile(root: string): string {
  return join(root, 'out', '.built-from');
}
