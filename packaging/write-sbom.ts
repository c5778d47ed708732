import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { ROOT } from '../scripts/checkout.mjs';
import { packageSbom, parseSbom, type Sbom } from './sbom.ts';
import { bundledPackages } from './third-party.ts';

const MOST_BYTES = 64 * 1024 * 1024;

/** `node packaging/write-sbom.ts FILE`: writes the bill of materials of the built app as CycloneDX. */
function writeSbom(root: string, file: string | undefined): void {
  if (file === undefined) throw new Error('Name the file: node packaging/write-sbom.ts FILE');
  const sbom = packageSbom(npmSbom(root, []), npmSbom(root, ['--omit', 'dev']), bundledPackages(root));
  writeFileSync(file, `${JSON.stringify(sbom, null, 2)}\n`);
}

function npmSbom(root: string, options: readonly string[]): Sbom {
  const args = ['sbom', '--sbom-format', 'cyclonedx', ...options];
  return parseSbom(execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: MOST_BYTES }));
}

try {
  writeSbom(ROOT, process.argv[2]);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
