import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Finished {
  /** The exit code; nothing when a signal ended it or it could not be started. */
  readonly code: number | undefined;
  /** What it wrote, both streams in their order. */
  readonly output: string;
}

interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Starts a program whose output nobody reads. */
export function startQuietly(
  command: string,
  args: readonly string[],
  options: StartOptions = {},
): ChildProcess {
  return spawn(command, args, { ...options, stdio: 'ignore' });
}

/** Waits for the end of a program; its exit code, or nothing when a signal ended it or it could not be started. */
export async function endOf(child: ChildProcess): Promise<number | undefined> {
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? undefined;
  } catch {
    return undefined;
  }
}
