import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SlipwayError } from '../../../shared/errors.ts';
import { type ProjectEnvironment, ProjectFile } from '../../../shared/model/project.ts';
import { readRegularFile, UnusualFile } from '../storage/regular-file.ts';
import { readYaml } from './read-yaml.ts';

/** The name of the file in the root folder of a repository. */
export const PROJECT_FILE = 'slipway.yml';

/** Larger files are refused before they are parsed. */
const MAX_BYTES = 256 * 1024;
/** A sentence does not name more environments. */
const MOST_NAMED = 20;

/** An environment of a project file, by its name. */
export interface NamedEnvironment {
  readonly name: string;
  /** The file that it is written in. */
  readonly file: string;
  readonly environment: ProjectEnvironment;
}

/**
 * The project file of a folder: in it, or in a folder above up to the root of its git repository. Undefined where there
 * is none. What is above a repository belongs to somebody else.
 */
export function findProjectFile(folder: string): string | undefined {
  const root = repositoryOf(folder);
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, PROJECT_FILE);
    if (existsSync(file)) return file;
    if (root === undefined || at === root) return undefined;
  }
}

/** Fails with INVALID_INPUT, which names the line, for a file that is not valid; NOT_FOUND where there is none. */
export function readProjectFile(file: string): ProjectFile {
  const reading = readYaml(textOf(file), ProjectFile);
  if (reading.state === 'read') return reading.value;
  throw notValid(file, `line ${reading.line}: ${reading.why}`);
}

/** Fails with NOT_FOUND, which names the environments that there are. */
export function environmentOf(file: string, name: string): NamedEnvironment {
  const { environments } = readProjectFile(file);
  const environment = Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (environment !== undefined) return { name, file, environment };
  const names = Object.keys(environments);
  const known = names.length === 0 ? 'It has none.' : `It has ${names.slice(0, MOST_NAMED).join(', ')}.`;
  throw new SlipwayError('NOT_FOUND', `${file} has no environment ${name}. ${known}`);
}

function textOf(file: string): string {
  try {
    return readRegularFile(file, MAX_BYTES);
  } catch (error) {
    if (error instanceof UnusualFile) throw notValid(file, error.message);
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT') {
      throw new SlipwayError(
        'NOT_FOUND',
        `${file} doesn't exist. \`slipway init\` writes one from what runs in a cluster.`,
      );
    }
    throw notValid(file, `it cannot be read (${code})`);
  }
}

function notValid(file: string, why: string): SlipwayError {
  return new SlipwayError('INVALID_INPUT', `${file} is not valid, ${why}. Correct it and try again.`);
}

function repositoryOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return undefined;
  }
}
