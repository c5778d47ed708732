import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';

type Environment = Readonly<Record<string, string | undefined>>;

/** How long a login shell may take: some load version managers and completions. */
const LONGEST_MS = 10_000;
const LARGEST_OUTPUT_BYTES = 4 * 1024 * 1024;

/** Variables that describe the shell itself and not the person's setup. */
const OF_THE_SHELL: ReadonlySet<string> = new Set([
  '_',
  'SHLVL',
  'PWD',
  'OLDPWD',
  'TERM',
  'ELECTRON_RUN_AS_NODE',
]);

export interface LoginShell {
  readonly shell: string;
  readonly environment: Environment;
  readonly longestMs?: number;
}

/**
 * The shell to ask, where the process has not been started from one. Apps that are started from the Dock, the Finder
 * or a .desktop file have a bare environment: no Homebrew on PATH, no AWS_PROFILE, no DOCKER_HOST.
 */
export function shellToAsk(
  platform: NodeJS.Platform,
  isPackaged: boolean,
  environment: Environment,
): string | undefined {
  if (platform === 'win32' || !isPackaged || environment.TERM !== undefined) return undefined;
  return environment.SHELL || (platform === 'darwin' ? '/bin/zsh' : '/bin/sh');
}

/**
 * The variables that the login shell sets. Rejects with a sentence when the shell fails or takes too long; the app then
 * continues with the environment that it has.
 */
export function readLoginShell({
  shell,
  environment,
  longestMs = LONGEST_MS,
}: LoginShell): Promise<Environment> {
  const { promise, resolve, reject } = Promise.withResolvers<Environment>();
  // A variable or a greeting can hold any mark but one that is new each time.
  const mark = `__slipway_${randomUUID()}__`;
  // Its own session, so that an interactive shell cannot take the terminal and can be ended with all that it started.
  const child = spawn(shell, ['-i', '-l', '-c', listBetween(mark)], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
    env: { ...environment, DISABLE_AUTO_UPDATE: 'true', ZSH_TMUX_AUTOSTART: 'false' },
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  const fail = (problem: string): void => {
    clearTimeout(timer);
    child.removeAllListeners('close');
    endGroup(child.pid);
    reject(new Error(`The login shell ${shell} ${problem}. Variables that it sets are missing in Slipway.`));
  };
  // Programs that the shell has started in the background may hold its output open, so its end is not waited for.
  const succeed = (): boolean => {
    const variables = parseEnvironment(Buffer.concat(chunks).toString('utf8'), mark);
    if (variables === undefined) return false;
    clearTimeout(timer);
    child.removeAllListeners('close');
    child.stdout.destroy();
    resolve(variables);
    return true;
  };
  const timer = setTimeout(() => fail(`did not answer in ${longestMs / 1000} s`), longestMs);
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes > LARGEST_OUTPUT_BYTES) fail('writes too much when it starts');
    else succeed();
  });
  child.once('error', (error) => fail(`could not be started (${error.message})`));
  child.once('close', () => {
    if (!succeed()) fail('did not list its variables');
  });
  return promise;
}

/** `command` passes by functions and aliases of the person with these names. */
function listBetween(mark: string): string {
  return `command printf ${mark}; command env -0; command printf ${mark}`;
}

/** What stands between the two marks; a shell's own greeting stands before them. */
function parseEnvironment(output: string, mark: string): Environment | undefined {
  const [, listed, ...rest] = output.split(mark);
  if (listed === undefined || rest.length === 0) return undefined;
  const entries = listed
    .split('\0')
    .map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
    .filter(([name]) => name !== '' && !OF_THE_SHELL.has(name));
  return Object.fromEntries(entries);
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
