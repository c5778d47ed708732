import { hostname, uptime } from 'node:os';
import { z } from 'zod';

/** The process id of an entry that was let go of. */
export const NOBODY = 0;

/** Of a process that cannot be asked after, only the time tells: no execution takes longer. */
const LONGEST_EXECUTION_MS = 10 * 60_000;

const Owner = z.object({
  at: z.string(),
  owner_host: z.string().optional(),
  owner_pid: z.number().int().optional(),
});

/**
 * Whether the process that carries out a change has ended. Process ids are given again, so that one counts only when
 * neither the machine nor this process was started after the change began; of another machine time decides.
 */
export function isOwnerGone(row: Readonly<Record<string, unknown>>, now: Date): boolean {
  const { at, owner_host, owner_pid } = Owner.parse(row);
  const age = now.getTime() - Date.parse(at);
  if (owner_pid === NOBODY) return true;
  if (owner_host !== hostname() || owner_pid === undefined) return age > LONGEST_EXECUTION_MS;
  if (age > uptime() * 1000) return true;
  if (owner_pid === process.pid) return age > process.uptime() * 1000;
  return !isRunning(owner_pid);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
