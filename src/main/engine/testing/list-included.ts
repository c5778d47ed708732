import { includedPaths } from '../docker/included-paths.ts';

/** The paths of a build context, in the order in which they are sent. */
export async function listIncluded(
  folder: string,
  dockerfile: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const paths: string[] = [];
  for await (const { path } of includedPaths(folder, dockerfile, signal)) paths.push(path);
  return paths;
}
