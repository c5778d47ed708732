import { type ChildProcess, spawn } from 'node:child_process';

export interface Finished {
  /** The exit code; nothing when a signal ended it or it could not be started. */
  readonly code: number | undefined;
  /** What it wrote, both streams in their order. */
  readonly output: string;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Ends the program, and what it has started, when it aborts. */
  readonly signal?: AbortSignal;
}

/** Runs a program to its end and keeps what it writes. Never rejects: what went wrong is in the result. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  options: StartOptions = {},
): Promise<Finished> {
  const { signal, ...spawnOptions } = options;
  if (signal?.aborted) return { code: undefined, output: 'It was not started.\n' };
  const child = spawn(command, args, {
    ...spawnOptions,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that its children end with it. Windows has no such groups.
    detached: process.platform !== 'win32',
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
  }
  const stop = (): void => stopGroup(child);
  signal?.addEventListener('abort', stop, { once: true });
  const code = await endOf(child, 'close').catch((error: unknown) => {
    output.push(`${command} could not be started: ${String(error)}\n`);
    return undefined;
  });
  signal?.removeEventListener('abort', stop);
  return { code, output: output.join('') };
}

/** Starts a program whose output nobody reads. */
export function startQuietly(command: string, args: readonly string[]): ChildProcess {
  return spawn(command, args, { stdio: 'ignore' });
}

/**
 * Waits for the end of a program; its exit code, or nothing when a signal ended it. Rejects when it could not be
 * started. `close` also waits for its output to end.
 */
export function endOf(child: ChildProcess, event: 'exit' | 'close' = 'exit'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    child.once(event, (code: number | null) => resolve(code ?? undefined));
    child.once('error', reject);
  });
}

function stopGroup(child: ChildProcess): void {
  if (child.pid === undefined || process.platform === 'win32') {
    child.kill();
    return;
  }
  try {
    process.kill(-child.pid, 'SIGTERM');
  } catch {
    // The group has ended in the meantime.
  }
}
