import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../src/sandbox/start.ts';
import { type Figure, median } from './figure.ts';

const CLI = join(import.meta.dirname, '..', 'out', 'main', 'cli.js');
const RUNS = 9;

/** The built command as a whole process: its help, and the status of a service on a sandbox that runs already. */
export async function run(): Promise<readonly Figure[]> {
  if (!existsSync(CLI)) throw new Error('The app is not built. Run npm run build first.');
  const sandbox = await startSandbox({ scenario: 'demo' });
  const data = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  try {
    const status = ['status', '-c', 'production', '-n', 'web', '--sandbox', sandbox.endpoint];
    return [
      { figure: 'cli.help-ms', value: await measure(['--help'], data), unit: 'ms' },
      { figure: 'cli.status-ms', value: await measure(status, data), unit: 'ms' },
    ];
  } finally {
    await sandbox.close();
    rmSync(data, { recursive: true, force: true });
  }
}

/** The median of some runs, after one that warms up. */
async function measure(args: readonly string[], data: string): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index <= RUNS; index += 1) {
    const start = performance.now();
    const child = spawn(process.execPath, [CLI, ...args], {
      env: { ...process.env, SLIPWAY_DATA: data },
      stdio: 'ignore',
    });
    await once(child, 'exit');
    if (child.exitCode !== 0) {
      throw new Error(`slipway ${args.join(' ')} ended with ${child.exitCode ?? 'a signal'}.`);
    }
    times.push(performance.now() - start);
  }
  return Math.round(median(times.slice(1)));
}
