// @ts-check
// Runs on Node 20 and without any package, like what it runs.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { run } from './checkout.mjs';

/** A program that keeps a core busy, and ends with the process that has started it, however that ends. */
const BURNER = `
  const parent = Number(process.argv[1]);
  while (process.ppid === parent) for (let turn = 0; turn < 1e7; turn += 1);
`;

/** Runs a command beside a process for each core that keeps it busy, and ends with its exit code. */
async function main() {
  const [command, ...args] = process.argv.slice(2);
  if (command === undefined) {
    process.stderr.write(
      'Usage: npm run busy -- COMMAND [ARGUMENT ...], such as: npm run busy -- npm test\n',
    );
    process.exitCode = 2;
    return;
  }
  const burners = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ['-e', BURNER, String(process.pid)], { stdio: 'ignore' }),
  );
  process.stdout.write(
    `Keeping ${burners.length} cores busy: processes ${burners.map(({ pid }) => pid).join(', ')}\n`,
  );
  try {
    process.exitCode = await runCommand(command, args);
  } catch (error) {
    process.stderr.write(`${command} could not be started: ${String(error)}\n`);
    process.exitCode = 1;
  } finally {
    for (const burner of burners) burner.kill('SIGKILL');
  }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
function runCommand(command, args) {
  // On Windows npm and npx are scripts, which only the shell starts.
  return process.platform === 'win32' ? run('cmd.exe', ['/d', '/c', command, ...args]) : run(command, args);
}

await main();
