import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { RepositoryDefaults } from '../../../shared/model/image.ts';
import type { Pinned } from '../../../shared/model/image-reference.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { SettingsFile } from '../../../shared/model/settings.ts';
import type { TagSource } from '../../../shared/model/tag-source.ts';
import type { Paths } from '../ports/ports.ts';
import { replacePrivateFile } from '../storage/private-files.ts';

/** The settings that count, and what is wrong with the file that they come from. */
interface SettingsReading {
  readonly settings: SettingsFile;
  readonly problem?: string;
}

/** The settings that get another value. */
type SettingsChange = {
  readonly [K in keyof SettingsFile['notifications']]?: SettingsFile['notifications'][K] | undefined;
};

/** `settings.json` of the data folder. It is read each time, because another process may have changed it. */
export interface SettingsStore {
  readonly file: string;
  /** The defaults for a file that doesn't exist, and for one that is not valid. */
  read(): SettingsReading;
  /** Throws CONFLICT while the file is not valid, and UNAVAILABLE when it cannot be written. */
  change(change: SettingsChange): void;
  /** What new repositories of the account get from now on; undefined forgets it. Throws as `change` does. */
  setNewRepositories(account: string, defaults: RepositoryDefaults | undefined): void;
  /** What names the images of a service from now on. Throws as `change` does. */
  setPinned(service: ServiceRef, pinned: Pinned): void;
  /** What the tags of a repository are made of from now on. Throws as `change` does. */
  setTagFrom(chosen: Scope & { readonly repository: string; readonly tagFrom: TagSource }): void;
}

/** Choices for this many services and repositories are remembered; those that were made longest ago are dropped. */
const MOST_CHOICES = 1_000;

export function openSettings({ data }: Paths): SettingsStore {
  const file = join(data, 'settings.json');

  function read(): SettingsReading {
    const defaults = SettingsFile.parse({});
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return { settings: defaults };
      return { settings: defaults, problem: problemOf(file, `cannot be read (${codeOf(error)})`) };
    }
    const parsed = SettingsFile.safeParse(parseJson(text));
    if (parsed.success) return { settings: parsed.data };
    const [issue] = parsed.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
    return { settings: defaults, problem: problemOf(file, `is not valid${where}`) };
  }

  function write(changed: (settings: SettingsFile) => SettingsFile): void {
    const { settings, problem } = read();
    if (problem !== undefined) throw new SlipwayError('CONFLICT', problem);
    writeSettingsFile(file, `${JSON.stringify(changed(settings), undefined, 2)}\n`);
  }

  return {
    file,
    read,
    change(change) {
      const changed = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      write((settings) => ({ ...settings, notifications: { ...settings.notifications, ...changed } }));
    },
    setNewRepositories(account, defaults) {
      write((settings) => {
        const { [account]: _before, ...others } = settings.newRepositories;
        const newRepositories = defaults === undefined ? others : { ...others, [account]: defaults };
        return { ...settings, newRepositories };
      });
    },
    setPinned({ account, region, cluster, service }, pinned) {
      write((settings) => {
        const key = `${account}/${region}/${cluster}/${service}`;
        return { ...settings, pinned: withNewest(settings.pinned, key, pinned) };
      });
    },
    setTagFrom({ account, region, repository, tagFrom }) {
      write((settings) => {
        const key = `${account}/${region}/${repository}`;
        return { ...settings, tagFrom: withNewest(settings.tagFrom, key, tagFrom) };
      });
    },
  };
}

/** The choices with one that counts as the newest. */
function withNewest<Value>(
  choices: Readonly<Record<string, Value>>,
  key: string,
  value: Value,
): Readonly<Record<string, Value>> {
  const others = Object.entries(choices).filter(([other]) => other !== key);
  return Object.fromEntries([...others, [key, value] as const].slice(-MOST_CHOICES));
}

/** Throws UNAVAILABLE with the reason of the system. */
export function writeSettingsFile(file: string, text: string): void {
  try {
    replacePrivateFile(file, text);
  } catch (error) {
    throw new SlipwayError(
      'UNAVAILABLE',
      `${file} cannot be written (${codeOf(error)}). Nothing was changed.`,
      { cause: error },
    );
  }
}

function problemOf(file: string, what: string): string {
  return `${file} ${what}. The defaults are used until you correct or delete it.`;
}

/** Undefined for a text that is not JSON, which no settings are. */
function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
