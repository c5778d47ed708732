import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The script behind a command of an installed package, to be run by the same Node as this.
 * Throws when the package has no such command.
 */
export function packageBinary(root: string, packageName: string, command: string): string {
  const folder = join(root, 'node_modules', packageName);
  const script = scriptOf(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')), command);
  if (script === undefined) throw new Error(`The package ${packageName} has no command ${command}.`);
  return join(folder, script);
}

/** What package.json's `bin` names for a command: one script for the package, or one for each command. */
function scriptOf(packageJson: unknown, command: string): string | undefined {
  const bin = memberOf(packageJson, 'bin');
  const script = typeof bin === 'string' ? bin : memberOf(bin, command);
  return typeof script === 'string' ? script : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
