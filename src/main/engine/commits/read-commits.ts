import { join } from 'node:path';
import { SlipwayError } from '../../../shared/errors.ts';
import { type CommitsBetween, type ListedCommit, MOST_COMMITS } from '../../../shared/model/commits.ts';
import { visibleText } from '../../../shared/visible-text.ts';
import type { GitReader } from '../docker/git.ts';
import { findRepository, type Repository, readHead } from '../docker/git-head.ts';
import { type GitEnd, type PrivateGit, withPrivateGit } from '../docker/private-git.ts';
import { readSmallFile } from '../docker/small-file.ts';

/** What a clone tells of two commits, or why it does not. */
export type CloneReading =
  | (Pick<CommitsBetween, 'commits' | 'total' | 'missing'> & {
      readonly order: Exclude<CommitsBetween['order'], 'unknown'>;
    })
  | { readonly problem: string };

/** Two commits as labels of images name them: 7 to 64 hexadecimal digits. */
interface CommitPair {
  readonly running: string;
  readonly chosen: string;
}

const SHALLOW_BYTES = 4 * 1024 * 1024;
const SHALLOW = /^(?:[0-9a-f]{40,64}\n)*$/;

/** In columns. A long subject must not make the answer large. */
const LONGEST_AUTHOR = 80;
const LONGEST_SUBJECT = 200;

/** Stands in for a HEAD that cannot be read: nothing asks for it. */
const NO_COMMIT = '0'.repeat(40);

/**
 * The commits between two, from the repository that a folder lies in. Runs nothing that the folder names: git reads the
 * objects only, without the configuration of the repository (see docker/private-git.ts).
 */
export async function readCommits(
  folder: string,
  pair: CommitPair,
  { environment, signal }: GitReader,
): Promise<CloneReading> {
  try {
    const repository = await findRepository(folder, signal);
    if (repository === undefined) return { problem: noRepository(folder) };
    const head = await readHead(repository, signal);
    const shallow = await readSmallFile(join(repository.commonDir, 'shallow'), SHALLOW_BYTES, signal);
    const opened = {
      commit: head?.commit ?? NO_COMMIT,
      exclude: '',
      shallow: shallow !== undefined && SHALLOW.test(shallow) ? shallow : undefined,
    };
    return await withPrivateGit(opened, environment, signal, (git) => compare(git, repository, pair));
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'INVALID_INPUT') return { problem: error.message };
    throw error;
  }
}

/** Throws INVALID_INPUT for a folder that lies in no repository. */
export async function requireClone(folder: string, signal: AbortSignal): Promise<void> {
  if ((await findRepository(folder, signal)) === undefined)
    throw new SlipwayError('INVALID_INPUT', noRepository(folder));
}

function noRepository(folder: string): string {
  return `${visibleText(folder)} has no git repository. Choose the folder of a clone.`;
}

async function compare(git: PrivateGit, repository: Repository, pair: CommitPair): Promise<CloneReading> {
  const environment = { GIT_OBJECT_DIRECTORY: join(repository.commonDir, 'objects') };
  const ask = (...args: readonly string[]): Promise<GitEnd> => git.run({ args, environment });

  for (const commit of [pair.running, pair.chosen]) {
    const found = await ask('cat-file', '-e', `${commit}^{commit}`);
    if (found.kind === 'failed') return { problem: lacks(commit) };
    if (found.kind !== 'answered') return { problem: reasonOf(found) };
  }
  const counted = await ask('rev-list', '--left-right', '--count', `${pair.running}...${pair.chosen}`);
  if (counted.kind !== 'answered') return { problem: reasonOf(counted) };
  const [removed = 0, added = 0] = counted.text.trim().split(/\s+/).map(Number);
  const order = orderOf(removed, added);
  const range = order === 'reverse' ? `${pair.chosen}..${pair.running}` : `${pair.running}..${pair.chosen}`;
  const listed = await ask(
    'log',
    '-z',
    '--no-show-signature',
    `--max-count=${MOST_COMMITS}`,
    `--format=%H%n%ct%n%<(${LONGEST_AUTHOR},trunc)%an%n%<(${LONGEST_SUBJECT},trunc)%s`,
    range,
  );
  if (listed.kind !== 'answered') return { problem: reasonOf(listed) };
  return {
    order,
    commits: commitsOf(listed.text),
    total: order === 'reverse' ? removed : added,
    missing: order === 'diverged' ? removed : 0,
  };
}

function orderOf(removed: number, added: number): 'same' | 'forward' | 'reverse' | 'diverged' {
  if (removed > 0) return added > 0 ? 'diverged' : 'reverse';
  return added > 0 ? 'forward' : 'same';
}

/** Reads the lines of each commit: its id, its time in seconds, its author and its subject. */
function commitsOf(text: string): readonly ListedCommit[] {
  return text
    .split('\0')
    .filter((entry) => entry !== '')
    .slice(0, MOST_COMMITS)
    .map((entry) => {
      const [commit = '', seconds = '', author = '', ...subject] = entry.split('\n');
      const committedAt = /^\d{1,11}$/.test(seconds)
        ? new Date(Number(seconds) * 1000).toISOString()
        : undefined;
      return {
        commit,
        author: shown(author, LONGEST_AUTHOR),
        subject: shown(subject.join(' '), LONGEST_SUBJECT),
        ...(committedAt === undefined ? {} : { committedAt }),
      };
    });
}

/** Git counts columns, of which some characters have none. */
function shown(text: string, most: number): string {
  return visibleText(text.trimEnd().slice(0, most).toWellFormed());
}

function lacks(commit: string): string {
  return `The clone doesn't have the commit ${commit.slice(0, 12)}. Run git fetch in it, or choose another clone.`;
}

function reasonOf(end: Exclude<GitEnd, { kind: 'answered' }>): string {
  switch (end.kind) {
    case 'missing':
      return 'git is not installed, or not on the PATH. Install it to see the commits.';
    case 'timed-out':
      return 'git took longer than 10 seconds to compare the two commits.';
    case 'too-much':
      return 'The commits between the two images are too large to list.';
    case 'failed':
      return `git could not read the clone (exit code ${end.exitCode ?? 'unknown'}).`;
  }
}
