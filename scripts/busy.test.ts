import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { eventually } from '../src/shared/testing/eventually.ts';

const BUSY = join(import.meta.dirname, 'busy.mjs');
/** A command that lasts until it is ended, or until this process, the last that could end it, is gone. */
const LASTING = `setInterval(() => {
  try { process.kill(${process.pid}, 0); } catch { process.exit(); }
}, 100);`;

interface Busy {
  readonly process: ChildProcess;
  /** The processes that keep the cores busy. */
  readonly burners: readonly number[];
}

/** Starts the command beside burners, and answers once those are said to be there. */
async function startBusy(...command: readonly string[]): Promise<Busy> {
  // A command that outlives the test would hold an inherited stream, and the test runner waits for its end.
  const busy = spawn(process.execPath, [BUSY, ...command], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(createInterface({ input: busy.stdout }), 'line')) as [string];
  const [, pids = ''] = /^Keeping \d+ cores busy: processes (.*)$/.exec(line) ?? [];
  return { process: busy, burners: pids.split(', ').map(Number) };
}

/** One that has ended, and that nobody has asked for its exit code since, is still in the list of Linux. */
function isRunning(pid: number): boolean {
  try {
    if (process.platform === 'linux') return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function expectEnded(burners: readonly number[]): Promise<void> {
  expect(burners.length).toBeGreaterThan(0);
  await eventually(() => expect(burners.filter(isRunning)).toEqual([]));
}

describe('a command beside busy cores', () => {
  it('gives its exit code, and the cores are free again', async () => {
    const { process: busy, burners } = await startBusy(process.execPath, '-e', 'process.exit(3)');
    const [code] = await once(busy, 'exit');
    expect(code).toBe(3);
    await expectEnded(burners);
  });

  it.runIf(process.platform !== 'win32').each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'frees the cores when it is ended by %s',
    async (signal) => {
      const { process: busy, burners } = await startBusy(process.execPath, '-e', LASTING);
      expect(burners.filter(isRunning)).toEqual(burners);
      busy.kill(signal);
      await once(busy, 'exit');
      await expectEnded(burners);
    },
  );

  it('says how it is used when no command is given', async () => {
    const busy = spawn(process.execPath, [BUSY], { stdio: ['ignore', 'ignore', 'pipe'] });
    const [said] = await Promise.all([busy.stderr.toArray(), once(busy, 'exit')]);
    expect(said.join('')).toContain('Usage: npm run busy -- COMMAND');
    expect(busy.exitCode).toBe(2);
  });
});
