import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SlipwayError } from '../../../shared/errors.ts';
import type { ProjectEnvironment } from '../../../shared/model/project.ts';
import { findProjectFile, PROJECT_FILE, readProjectFile } from '../../engine/environments/project-file.ts';
import { fileProblem } from '../../process/start-failure.ts';
import { withEnvironments } from './project-text.ts';
import { writeWhole } from './write-whole.ts';

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
      writeWhole(file, text);
    } catch (error) {
      const sentence = `${file} can't be written: ${fileProblem(error)}. Nothing was changed.`;
      throw new SlipwayError('UNAVAILABLE', sentence, { cause: error });
    }
  }
  return { file, text };
}
