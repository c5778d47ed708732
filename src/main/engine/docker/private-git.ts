import { type ChildProcess, execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';

type Variables = Readonly<Record<string, string | undefined>>;

/** How git ended. `too-much`: it was ended because it wrote more than was asked for. */
export type GitEnd =
  | { readonly kind: 'answered'; readonly text: string }
  | { readonly kind: 'too-much' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'failed'; readonly exitCode: number | undefined };

interface GitCall {
  readonly args: readonly string[];
  /** Beside what isolates git; undefined takes a variable away. */
  readonly environment?: Variables;
  /** What git reads from its standard input. */
  readonly input?: string;
}

/** A git that has a repository directory of its own. */
export interface PrivateGit {
  /** Runs git to its end. Rejects only when the signal is aborted. */
  run(call: GitCall): Promise<GitEnd>;
}

interface PrivateRepository {
  /** The commit that HEAD stands for; 64 characters of a repository that names objects by SHA-256. */
  readonly commit: string;
  /** Patterns of files that are never looked at: `info/exclude`. */
  readonly exclude: string;
  /** The commits whose parents a shallow clone does not have, one on each line: `shallow`. */
  readonly shallow?: string | undefined;
  /** References that git sees: `packed-refs`. */
  readonly packedRefs?: string | undefined;
}

const TIMEOUT_MS = 10_000;
const MOST_OUTPUT_BYTES = 256 * 1024;

/**
 * The most memory that git takes at once. It believes the size that an object says it has: 3 MB of compressed zeros
 * took 3 GB. Large files in the working tree are not affected, because git maps them.
 */
const MOST_MEMORY = '256m';

/** What a program needs to be found and to start at all. Nothing that tells git, SSH or a pager what to run. */
const PASSED_ON = ['PATH', 'Path', 'PATHEXT', 'SystemRoot', 'SYSTEMROOT', 'TEMP', 'TMP', 'TMPDIR'];

/**
 * Lets `use` run git beside a folder that is not trusted, in a way that git reads none of its configuration: settings
 * of a repository name programs (core.fsmonitor, core.sshCommand, filter.*.clean and more with each version), so that
 * a list of forbidden ones would never be complete. Git gets an empty repository directory of our own instead, whose
 * configuration has nothing in it; `use` points it to the objects, the index and the files to look at. Without
 * configuration no attribute names a filter, and there is no hook, remote, promisor or include.
 * https://git-scm.com/docs/git-config, https://git-scm.com/docs/gitattributes
 */
export async function withPrivateGit<T>(
  { commit, exclude, shallow, packedRefs }: PrivateRepository,
  environment: Variables,
  signal: AbortSignal,
  use: (git: PrivateGit) => Promise<T>,
): Promise<T> {
  const gitDir = await mkdtemp(join(tmpdir(), 'slipway-git-'));
  try {
    await Promise.all(['objects', 'refs', 'info'].map((name) => mkdir(join(gitDir, name))));
    await writeFile(join(gitDir, 'HEAD'), `${commit}\n`);
    await writeFile(join(gitDir, 'config'), configOf(commit));
    await writeFile(join(gitDir, 'info', 'exclude'), exclude);
    if (shallow !== undefined) await writeFile(join(gitDir, 'shallow'), shallow);
    if (packedRefs !== undefined) await writeFile(join(gitDir, 'packed-refs'), packedRefs);
    return await use({ run: (call) => runGit(gitDir, call, environment, signal) });
  } finally {
    await rm(gitDir, { recursive: true, force: true });
  }
}

function configOf(commit: string): string {
  const isSha256 = commit.length === 64;
  const core = `[core]\n\trepositoryFormatVersion = ${isSha256 ? 1 : 0}\n\tbare = false\n`;
  return isSha256 ? `${core}[extensions]\n\tobjectFormat = sha256\n` : core;
}

function runGit(gitDir: string, call: GitCall, environment: Variables, signal: AbortSignal): Promise<GitEnd> {
  const { promise, resolve, reject } = Promise.withResolvers<GitEnd>();
  const child = execFile(
    'git',
    [...call.args],
    {
      // Windows looks for programs in the working directory first.
      cwd: gitDir,
      env: { ...passedOn(environment), ...isolated(gitDir), ...call.environment },
      signal,
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: MOST_OUTPUT_BYTES,
      windowsHide: true,
    },
    (error, stdout) => {
      if (signal.aborted) reject(signal.reason);
      else resolve(error === null ? { kind: 'answered', text: stdout } : endOf(error));
    },
  );
  writeInput(child, call.input);
  return promise;
}

/** A git that ends without reading its input closes the pipe; how it ended says why. */
function writeInput({ stdin }: ChildProcess, input: string | undefined): void {
  stdin?.on('error', () => undefined);
  stdin?.end(input);
}

function passedOn(environment: Variables): Record<string, string> {
  return Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The settings beside the configuration: https://git-scm.com/docs/git#_environment_variables */
function isolated(gitDir: string): Record<string, string> {
  return {
    GIT_DIR: gitDir,
    // Older versions do not know GIT_CONFIG_GLOBAL, and look into the home folder.
    HOME: gitDir,
    USERPROFILE: gitDir,
    XDG_CONFIG_HOME: gitDir,
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_SYSTEM: devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_PAGER: '',
    // Not in the manual: memory_limit_check of wrapper.c in git/git.
    GIT_ALLOC_LIMIT: MOST_MEMORY,
    LC_ALL: 'C',
  };
}

function endOf(error: Error & { readonly code?: unknown; readonly killed?: boolean }): GitEnd {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return { kind: 'too-much' };
  if (error.code === 'ENOENT' || error.code === 'EACCES') return { kind: 'missing' };
  if (error.killed === true) return { kind: 'timed-out' };
  return { kind: 'failed', exitCode: typeof error.code === 'number' ? error.code : undefined };
}
