import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BuildFolder } from '../../../shared/model/docker.ts';

const run = promisify(execFile);
const TIMEOUT_MS = 10_000;

/** Settings of a repository name programs to run. A folder that is only looked at must not run any. */
const RUN_NOTHING = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '--no-optional-locks'];

/**
 * The commit, branch, cleanness and origin of the working tree that a folder lies in. Undefined where there is no
 * git, no repository or no commit yet: then a build has no commit to name.
 */
export async function readGit(folder: string, signal: AbortSignal): Promise<BuildFolder['git']> {
  const status = await git(folder, ['status', '--porcelain=v2', '--branch'], signal);
  if (status === undefined) return undefined;
  const { commit, branch, dirty } = parseStatus(status);
  if (commit === undefined) return undefined;
  const origin = await git(folder, ['remote', 'get-url', 'origin'], signal);
  const source = origin === undefined ? undefined : sourceOfRemote(origin.trim());
  return {
    commit,
    ...(branch === undefined ? {} : { branch }),
    dirty,
    ...(source === undefined ? {} : { source }),
  };
}

async function git(
  folder: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { stdout } = await run('git', [...RUN_NOTHING, '-C', folder, ...command], {
      signal,
      timeout: TIMEOUT_MS,
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}

interface TreeStatus {
  readonly commit: string | undefined;
  readonly branch: string | undefined;
  readonly dirty: boolean;
}

/** Reads `git status --porcelain=v2 --branch`: headers begin with #, every other line is a change. */
export function parseStatus(text: string): TreeStatus {
  const lines = text.split('\n').filter((line) => line !== '');
  const header = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`# ${name} `))?.slice(name.length + 3);
  const commit = header('branch.oid');
  const branch = header('branch.head');
  return {
    commit: commit === '(initial)' ? undefined : commit,
    branch: branch === '(detached)' ? undefined : branch,
    dirty: lines.some((line) => !line.startsWith('#')),
  };
}

/**
 * The https address of a remote, without user and password: of `git@github.com:acme/web.git`,
 * `ssh://git@host/acme/web` and `https://token@host/acme/web.git`. Undefined for a folder and the like.
 */
export function sourceOfRemote(remote: string): string | undefined {
  const [, host, path] = /^(?:[^@/:]+@)?([^@/:]+\.[^@/:]+):(?!\/\/)(.+)$/.exec(remote) ?? [];
  const address = URL.parse(host === undefined ? remote : `ssh://${host}/${path}`);
  if (address === null || address.hostname === '') return undefined;
  if (!['https:', 'http:', 'ssh:', 'git:'].includes(address.protocol)) return undefined;
  // The port of SSH says nothing about where the pages are.
  const place = address.protocol === 'https:' ? address.host : address.hostname;
  return `https://${place}${address.pathname.replace(/\/+$/, '').replace(/\.git$/, '')}`;
}
