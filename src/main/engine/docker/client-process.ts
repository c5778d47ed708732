import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

type Variables = Readonly<Record<string, string | undefined>>;

export interface ClientCall {
  readonly args: readonly string[];
  readonly environment: Variables;
  readonly cwd: string;
}

/** How a program ended. `missing`: it is not installed. */
export type ClientEnd =
  | { readonly kind: 'ended'; readonly exitCode: number | undefined }
  | { readonly kind: 'missing' };

/** After SIGTERM, for the client to cancel what the Engine does for it. */
const KILL_AFTER_MS = 2_000;

/**
 * Runs the Docker command line to its end, with every line that it writes, without control of a terminal. When the signal
 * aborts, it is ended together with the plug-ins that it has started; then this rejects with the signal's reason.
 */
export async function runDockerClient(
  { args, environment, cwd }: ClientCall,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<ClientEnd> {
  signal.throwIfAborted();
  const isGroup = process.platform !== 'win32';
  const child = spawn('docker', [...args], {
    cwd,
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that its plug-ins end with it.
    detached: isGroup,
    windowsHide: true,
  });
  const kill = (name: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      if (isGroup) process.kill(-child.pid, name);
      else child.kill(name);
    } catch {
      // It has ended by itself meanwhile.
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    kill('SIGTERM');
    timer = setTimeout(() => kill('SIGKILL'), KILL_AFTER_MS);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const [end] = await Promise.all([
      endOf(child),
      readLines(child.stdout, onLine),
      readLines(child.stderr, onLine),
    ]);
    signal.throwIfAborted();
    return end;
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(timer);
  }
}

function endOf(child: ChildProcess): Promise<ClientEnd> {
  const { promise, resolve, reject } = Promise.withResolvers<ClientEnd>();
  child.on('error', (error) => {
    if ('code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')) resolve({ kind: 'missing' });
    else reject(error);
  });
  child.on('close', (code) => resolve({ kind: 'ended', exitCode: code ?? undefined }));
  return promise;
}

async function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) onLine(line);
}
