import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pack } from 'tar-fs';
import { includedPaths } from './included-paths.ts';

/**
 * The tar of a folder to build from, without what .dockerignore leaves out (or the `.dockerignore` that belongs to
 * the Dockerfile alone). The Dockerfile and the .dockerignore go along even when they are ignored, since the engine
 * needs them (docker build does the same). Files belong to root in it.
 */
export async function packBuildContext(
  folder: string,
  dockerfile: string,
  signal: AbortSignal,
): Promise<Readable> {
  const included = await includedPaths(folder, dockerfile, signal);
  const absolute = new Set([...included].map((path) => join(folder, path)));
  return pack(folder, {
    ignore: (path) => !absolute.has(path),
    map: (header) => Object.assign(header, { uid: 0, gid: 0 }),
    // Modes as they are, like `docker build`: the umask of this process is for its own files.
    umask: 0,
    strict: false,
  });
}
