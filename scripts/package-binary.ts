import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The script behind a command of an installed package, to be run by the same Node as this.
 * Throws when the package has no such command.
 */
export function packageBinary(root: string, packageName: string, command: string): string {
  const folder = join(root, 'node_modules', packageName);
  const { bin }: PackageJson = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const script = typeof bin === 'string' ? bin : bin?.[command];
  if (script === undefined) throw new Error(`The package ${packageName} has no command ${command}.`);
  return join(folder, script);
}

interface PackageJson {
  readonly bin?: string | Readonly<Record<string, string>>;
}
