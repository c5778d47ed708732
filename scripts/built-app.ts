import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finished, runToEnd } from './child-process.ts';
import { compileAhead } from './compiled-code.ts';
import { packageBinary } from './package-binary.ts';

/** All that the build is made of. Tests are not. */
const SOURCES = [
  'src/**/*.{ts,tsx,css,html,json,svg,png}',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
];

/** Variable of the environment: the app was built already, as well as it can be. */
export const BUILT_BEFORE = 'SLIPWAY_TEST_BUILT_BEFORE';

/** Whether `out` holds a build of the sources as they are now. */
export function isBuilt(root: string): boolean {
  const stamp = stampFile(root);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === nameOfSources(root);
}

/** Builds the app into `out`, and notes there what it was made of. */
export async function buildApp(root: string, signal?: AbortSignal): Promise<Finished> {
  const sources = nameOfSources(root);
  const builder = packageBinary(root, 'electron-vite', 'electron-vite');
  const finished = await runToEnd(process.execPath, [builder, 'build', '--logLevel', 'warn'], {
    cwd: root,
    ...(signal === undefined ? {} : { signal }),
  });
  if (finished.code !== 0) return finished;
  // Without it, only the first start is slower.
  await compileAhead(root);
  writeFileSync(stampFile(root), sources);
  return finished;
}

/** The same content gives the same name on every machine. */
export function nameOfSources(root: string): string {
  const hash = createHash('sha256');
  const files = globSync(SOURCES, { cwd: root, exclude: ['**/*.test.ts', '**/*.test.tsx'] })
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
  for (const file of files) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function stampFile(root: string): string {
  return join(root, 'out', '.built-from');
}
