import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SlipwayError } from '../../../shared/errors.ts';
import type { ProjectEnvironment } from '../../../shared/model/project.ts';
import { findProjectFile, PROJECT_FILE, readProjectFile } from '../../engine/environments/project-file.ts';
import { withEnvironments } from './project-text.ts';

/**
 * Adds environments to slipway.yml of a folder or its repository, or writes a new one; `print` only returns its text. Throws
 * INVALID_INPUT for a file that is not valid, CONFLICT for an environment that it has, and UNAVAILABLE where it cannot be
 * written.
 */
export function writeProject(
  folder: string,
  environments: Readonly<Record<string, ProjectEnvironment>>,
  how: 'write' | 'print',
): { readonly file: string; readonly text: string } {
  const known = findProjectFile(folder);
  const file = known ?? join(folder, PROJECT_FILE);
  if (known !== undefined) readProjectFile(known);
  const before = known === undefined ? undefined : readFileSync(known, 'utf8');
  const text = withEnvironments(before, environments);
  if (how === 'write') {
    try {
      writeFileSync(file, text, { flag: known === undefined ? 'wx' : 'w' });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      throw new SlipwayError('UNAVAILABLE', `${file} cannot be written (${code}).`, { cause: error });
    }
  }
  return { file, text };
}
