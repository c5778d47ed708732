import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { z } from 'zod';

const Holder = z.tuple([z.string(), z.number().int(), z.string()]);

/** The name of this process among all that share the data folder. */
export function newHolder(): string {
  return JSON.stringify([hostname(), process.pid, randomUUID()]);
}

/**
 * True when the process behind a name has certainly ended. A number that another process has got meanwhile, and a
 * process of another machine, count as running: those jobs wait until their lease expires.
 */
export function isHolderGone(holder: string): boolean {
  const [host, pid] = Holder.parse(JSON.parse(holder));
  return host === hostname() && !isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs as another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
