import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { type Project, type ProjectFile, projectAccountId } from '../../../shared/model/project.ts';
import { trimEndOf } from '../../../shared/trim-end.ts';
import type { Paths } from '../ports/ports.ts';
import { replacePrivateFile } from '../storage/private-files.ts';
import { findProjectFile, type NamedEnvironment, PROJECT_FILE, readProjectFile } from './project-file.ts';

/** The folders whose slipway.yml the window reads. */
export interface ProjectFolders {
  /** In the order in which they were added. */
  list(): readonly Project[];
  /** All environments of the files that are valid, or were when this process last read them. */
  environments(): readonly NamedEnvironment[];
  /** Throws NOT_FOUND and INVALID_INPUT for a folder without a valid file, and UNAVAILABLE when it cannot be kept. */
  add(folder: string): void;
  remove(folder: string): void;
}

const Folders = z.array(z.string());

/** Each of them is looked at for each rule that is asked for. */
const MOST_FOLDERS = 50;

/** `projects.json` of the data folder. It is read each time, because another process may have changed it. */
export function openProjectFolders({ data }: Paths): ProjectFolders {
  const list = join(data, 'projects.json');
  const read = new Map<string, { readonly state: string; readonly content: ProjectFile }>();

  /** Empty for a damaged file: a folder is easily chosen again. */
  function folders(): readonly string[] {
    try {
      return Folders.parse(JSON.parse(readFileSync(list, 'utf8')));
    } catch {
      return [];
    }
  }

  function keep(kept: readonly string[]): void {
    try {
      replacePrivateFile(list, `${JSON.stringify(kept, undefined, 2)}\n`);
    } catch (error) {
      throw new SlipwayError('UNAVAILABLE', `${list} cannot be written. The folder is not remembered.`, {
        cause: error,
      });
    }
  }

  /** Reads a file only when it has changed. Throws what readProjectFile throws. */
  function contentOf(file: string): ProjectFile {
    const state = stateOf(file);
    const before = read.get(file);
    if (before?.state === state) return before.content;
    const content = readProjectFile(file);
    read.set(file, { state, content });
    return content;
  }

  function projectOf(folder: string): Project {
    const file = findProjectFile(folder);
    if (file === undefined) {
      return { folder, problem: `${folder} has no ${PROJECT_FILE}.`, environments: [] };
    }
    try {
      return { folder, file, environments: Object.entries(contentOf(file).environments).map(shown) };
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      return { folder, file, problem: error.message, environments: [] };
    }
  }

  function environmentsIn(folder: string): readonly NamedEnvironment[] {
    const file = findProjectFile(folder);
    if (file === undefined) return [];
    const content = contentOrBefore(file);
    return Object.entries(content?.environments ?? {}).map(([name, environment]) => ({
      name,
      file,
      environment,
    }));
  }

  /** A mistake in a file does not take back its rules. */
  function contentOrBefore(file: string): ProjectFile | undefined {
    try {
      return contentOf(file);
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      return read.get(file)?.content;
    }
  }

  return {
    list: () => folders().map(projectOf),
    environments: () => folders().flatMap(environmentsIn),
    add(folder) {
      if (!isAbsolute(folder)) {
        throw new SlipwayError(
          'INVALID_INPUT',
          `${folder} is not an absolute path. Type the whole path, such as /home/ana/shop.`,
        );
      }
      const path = normalize(folder);
      const added = path.slice(0, 1) + trimEndOf(path.slice(1), '\\/');
      contentOf(findProjectFile(added) ?? join(added, PROJECT_FILE));
      const others = folders().filter((each) => each !== added);
      keep([...others, added].slice(-MOST_FOLDERS));
    },
    remove: (folder) => keep(folders().filter((each) => each !== folder)),
  };
}

function shown([name, environment]: [
  string,
  ProjectFile['environments'][string],
]): Project['environments'][number] {
  const { region, cluster, services } = environment;
  const account = projectAccountId(environment);
  return {
    name,
    services: Object.keys(services),
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
    ...(cluster === undefined ? {} : { cluster }),
  };
}

function stateOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? 'none' : `${found.mtimeMs}:${found.size}:${found.ino}`;
}
