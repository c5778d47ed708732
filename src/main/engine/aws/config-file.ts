import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

type Variables = Readonly<Record<string, string | undefined>>;

/** Where the two shared AWS files are: AWS SDKs and Tools Reference Guide, "Location of the shared files". */
export interface SharedFilePaths {
  readonly configFilepath: string;
  readonly filepath: string;
}

/** The paths of the shared config and credentials files, as absolute paths. */
export function sharedFilePaths(environment: Variables): SharedFilePaths {
  const home = environment.HOME || environment.USERPROFILE || homedir();
  const resolve = (path: string): string => (path.startsWith('~/') ? join(home, path.slice(2)) : path);
  return {
    configFilepath: resolve(environment.AWS_CONFIG_FILE || join(home, '.aws', 'config')),
    filepath: resolve(environment.AWS_SHARED_CREDENTIALS_FILE || join(home, '.aws', 'credentials')),
  };
}

/**
 * What is wrong with a shared file, in one sentence; undefined when nothing is, or when there is no such file.
 * The SDK's loader passes silently over files that it cannot read. Lines are named by number only, since they
 * may hold keys.
 */
export async function problemOfFile(path: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return isMissing(error)
      ? undefined
      : `${path} could not be read. Check that it is a file and that you can read it.`;
  }
  const line = firstDamagedLine(text);
  if (line === undefined) return undefined;
  return `Line ${line} of ${path} is neither a section such as [profile name] nor a setting such as region = eu-west-1.`;
}

/** The number of the first line that is no section, setting, comment or blank; undefined when all are fine. */
export function firstDamagedLine(text: string): number | undefined {
  let inSection = false;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const content = line.split(/(?:^|\s)[;#]/)[0]?.trim() ?? '';
    if (content === '') continue;
    const isSection = /^\[[^[\]]+\]$/.test(content) && !/^\[(profile\s+)?__proto__\]$/.test(content);
    const isSetting = /^[^=\s][^=]*=/.test(content);
    if (!isSection && !(isSetting && inSection)) return index + 1;
    inSection ||= isSection;
  }
  return undefined;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
