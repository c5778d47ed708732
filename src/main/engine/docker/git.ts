import { homedir } from 'node:os';
import { join } from 'node:path';
import { SlipwayError } from '../../../shared/errors.ts';
import type { BuildFolder } from '../../../shared/model/docker.ts';
import { visibleText } from '../../../shared/visible-text.ts';
import { findRepository, type Head, type Repository, readHead, sourceOfRemote } from './git-head.ts';
import { type GitEnd, type PrivateGit, withPrivateGit } from './private-git.ts';
import { readSmallFile } from './small-file.ts';

/** What a folder's repository says. `problem`: there is one, and why its commit couldn't be read. */
export interface GitReading {
  readonly git?: NonNullable<BuildFolder['git']>;
  readonly problem?: string;
}

/** How to read an untrusted folder. */
export interface GitReader {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

const FILE_BYTES = 1024 * 1024;

/** Settings of the person who runs Slipway that decide what counts as a change. None of them names a program. */
const SETTINGS_OF_USER = /^core\.(?:autocrlf|eol|excludesfile)$/;

/** The same of the repository. It may not name files to read: those could be anything. */
const SETTINGS_OF_REPOSITORY =
  /^core\.(?:autocrlf|eol|filemode|ignorecase|symlinks|precomposeunicode|protecthfs|protectntfs)$/;

/**
 * The commit, branch, cleanness and origin of the working tree that a folder lies in; empty where there is no
 * repository or no commit yet. Runs nothing that the folder names: references and settings are read as files, and git
 * only compares files with the index, without the configuration of the repository (see private-git.ts). Of
 * submodules only the commit that is checked out is compared.
 */
export async function readGit(folder: string, reader: GitReader): Promise<GitReading> {
  try {
    const repository = await findRepository(folder, reader.signal);
    if (repository === undefined) return {};
    const head = await readHead(repository, reader.signal);
    if (head === undefined) {
      return problem('its HEAD is neither a commit nor a branch that Slipway can read');
    }
    return head.commit === undefined
      ? {}
      : await readTree(repository, { ...head, commit: head.commit }, reader);
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'INVALID_INPUT') return { problem: error.message };
    throw error;
  }
}

async function readTree(
  repository: Repository,
  { commit, branch }: Head & { readonly commit: string },
  { environment, signal }: GitReader,
): Promise<GitReading> {
  const [config = '', exclude = ''] = await Promise.all(
    ['config', 'info/exclude'].map((name) =>
      readSmallFile(join(repository.commonDir, name), FILE_BYTES, signal),
    ),
  );
  return withPrivateGit({ commit, exclude }, environment, signal, async (git) => {
    const [ofUser, ofRepository] = await Promise.all([
      git.run({ args: ['config', '--null', '--list'], environment: configOfUser(environment) }),
      git.run({ args: ['config', '--file', '-', '--no-includes', '--null', '--list'], input: config }),
    ]);
    if (ofRepository.kind !== 'answered') return problem(reasonOf(ofRepository));
    const settings = settingsOf(ofRepository.text);
    const userSettings = ofUser.kind === 'answered' ? settingsOf(ofUser.text) : [];
    const allowed = [
      ...userSettings.filter(([name]) => SETTINGS_OF_USER.test(name)),
      ...settings.filter(([name]) => SETTINGS_OF_REPOSITORY.test(name)),
    ];
    const status = await readStatus(git, repository, allowed, environment);
    if (status.kind !== 'answered' && status.kind !== 'too-much') return problem(reasonOf(status));
    const committedAt = await readCommitDate(git, repository, commit);
    const origin = settings.find(([name]) => name === 'remote.origin.url')?.[1];
    const source = origin === undefined ? undefined : sourceOfRemote(origin);
    return {
      git: {
        commit,
        ...(branch === undefined ? {} : { branch: visibleText(branch) }),
        dirty: status.kind === 'too-much' || status.text !== '',
        ...(committedAt === undefined ? {} : { committedAt }),
        ...(source === undefined ? {} : { source }),
      },
    };
  });
}

/** Every difference between the commit, the index and the files, one after the other; empty for a clean tree. */
function readStatus(
  git: PrivateGit,
  { workTree, gitDir, commonDir }: Repository,
  settings: readonly Setting[],
  environment: GitReader['environment'],
): Promise<GitEnd> {
  const options = [
    // What git takes where nobody has chosen another one, and the last one counts.
    `core.excludesFile=${join(configHome(environment), 'git', 'ignore')}`,
    ...settings.map(([name, value]) => `${name}=${expandHome(value, environment)}`),
    'core.fsmonitor=false',
    'core.untrackedCache=false',
    'submodule.recurse=false',
  ];
  return git.run({
    args: [
      ...options.flatMap((option) => ['-c', option]),
      'status',
      '--porcelain=v2',
      '-z',
      '--no-renames',
      '--ignore-submodules=dirty',
      '--untracked-files=normal',
    ],
    environment: {
      GIT_WORK_TREE: workTree,
      GIT_INDEX_FILE: join(gitDir, 'index'),
      GIT_OBJECT_DIRECTORY: join(commonDir, 'objects'),
    },
  });
}

/** When the commit was made (its committer date); undefined where git cannot read it. */
async function readCommitDate(
  git: PrivateGit,
  { commonDir }: Repository,
  commit: string,
): Promise<string | undefined> {
  const end = await git.run({
    args: ['log', '-1', '--no-show-signature', '--format=%ct', commit],
    environment: { GIT_OBJECT_DIRECTORY: join(commonDir, 'objects') },
  });
  const seconds = end.kind === 'answered' ? /^\d{1,11}$/.exec(end.text.trim())?.[0] : undefined;
  return seconds === undefined ? undefined : new Date(Number(seconds) * 1000).toISOString();
}

/** Lets git read the configuration of the person and the system. It lists them, and runs nothing that they name. */
function configOfUser(environment: GitReader['environment']): GitReader['environment'] {
  return {
    HOME: homeOf(environment),
    XDG_CONFIG_HOME: configHome(environment),
    GIT_CONFIG_GLOBAL: environment.GIT_CONFIG_GLOBAL,
    GIT_CONFIG_SYSTEM: environment.GIT_CONFIG_SYSTEM,
    GIT_CONFIG_NOSYSTEM: environment.GIT_CONFIG_NOSYSTEM,
  };
}

function homeOf(environment: GitReader['environment']): string {
  return environment.HOME || environment.USERPROFILE || homedir();
}

function configHome(environment: GitReader['environment']): string {
  return environment.XDG_CONFIG_HOME || join(homeOf(environment), '.config');
}

/** Git would look for `~` in the home folder that it is given here, which is empty. */
function expandHome(value: string, environment: GitReader['environment']): string {
  return value.startsWith('~/') ? join(homeOf(environment), value.slice(2)) : value;
}

type Setting = readonly [name: string, value: string];

/** Reads `git config --null --list`: a name, a line feed and a value; a name alone is true. */
function settingsOf(text: string): readonly Setting[] {
  return text
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const end = entry.indexOf('\n');
      return end < 0 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)];
    });
}

function problem(reason: string): GitReading {
  return {
    problem: `Couldn't read the commit of this folder: ${reason}. An image built from it carries no commit.`,
  };
}

function reasonOf(end: Exclude<GitEnd, { kind: 'answered' }>): string {
  switch (end.kind) {
    case 'missing':
      return 'git is not installed, or not on the PATH. Install it and choose the folder again';
    case 'timed-out':
      return 'git took longer than 10 seconds to compare the files with it';
    case 'too-much':
      return 'its configuration is too large';
    case 'failed':
      return `git could not read the repository (exit code ${end.exitCode ?? 'unknown'})`;
  }
}
