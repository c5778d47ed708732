import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Paths } from '../ports/ports.ts';
import { replacePrivateFile } from '../storage/private-files.ts';

/** The folders of local clones, by the repository of the source code. */
export interface CloneFolders {
  of(repository: string): string | undefined;
  /** Remembers a folder; undefined forgets it. Throws UNAVAILABLE when it cannot be kept. */
  set(repository: string, folder: string | undefined): void;
}

const Clones = z.record(z.string(), z.string());

/** The oldest are forgotten beyond this. */
const MOST_CLONES = 500;

/** `clones.json` of the data folder. It is read each time, because another process may have changed it. */
export function openCloneFolders({ data }: Paths): CloneFolders {
  const file = join(data, 'clones.json');

  /** Empty for a damaged file: a folder is easily chosen again. */
  function read(): ReadonlyMap<string, string> {
    try {
      return new Map(Object.entries(Clones.parse(JSON.parse(readFileSync(file, 'utf8')))));
    } catch {
      return new Map();
    }
  }

  return {
    of: (repository) => read().get(repository),
    set(repository, folder) {
      const others = [...read()].filter(([name]) => name !== repository);
      const clones = folder === undefined ? others : [...others, [repository, folder]];
      try {
        replacePrivateFile(
          file,
          `${JSON.stringify(Object.fromEntries(clones.slice(-MOST_CLONES)), undefined, 2)}\n`,
        );
      } catch (error) {
        throw new SlipwayError('UNAVAILABLE', `${file} cannot be written. The clone is not remembered.`, {
          cause: error,
        });
      }
    },
  };
}
