import { spawnSync } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { findOnPath } from './requirements.ts';

/**
 * The folder of the program that a shim of pyenv would start; undefined where the command is no such shim. A shim is a script of
 * bash that looks for its program at each start, which takes as long as the AWS CLI itself.
 * See https://github.com/pyenv/pyenv#understanding-shims.
 */
export function folderBehindShim(command: string, environment: NodeJS.ProcessEnv): string | undefined {
  const found = findOnPath(command, environment);
  const shims = found === undefined ? '' : dirname(found);
  if (basename(shims) !== 'shims' || basename(dirname(shims)) !== '.pyenv') return undefined;
  const { status, stdout } = spawnSync('pyenv', ['which', command], { env: environment, encoding: 'utf8' });
  return status === 0 ? dirname(stdout.trim()) : undefined;
}
