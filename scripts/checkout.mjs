// @ts-check
// Runs on Node 20 and without any package: it is what installs them.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

const OLDEST_NODE = 20;
const NODE_OF_THE_TOOLS = 24;
const PARENT_CHECK_MS = 500;

/** The root of the checkout. */
export const ROOT = join(import.meta.dirname, '..');

/**
 * Brings a bare checkout to where its tools run, then runs a script of this folder on Node 24 with the same
 * arguments. Ends the process with the script's exit code.
 *
 * @param {string} script a file of this folder
 * @returns {Promise<void>}
 */
export async function runWithTools(script) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE) {
    process.stderr.write(`Slipway needs Node ${OLDEST_NODE} or later; this is ${process.version}.\n`);
    process.exitCode = 1;
    return;
  }
  if (!(await installPackages())) {
    process.stderr.write('The packages could not be installed; npm says why above.\n');
    process.exitCode = 1;
    return;
  }
  const node = major >= NODE_OF_THE_TOOLS ? process.execPath : nodeOfTheTools();
  process.exitCode = await run(node, [join(import.meta.dirname, script), ...process.argv.slice(2)]);
}

/** The Node 24 that the packages bring along, for machines with an older one. */
function nodeOfTheTools() {
  return join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** Runs `npm ci` unless the packages are those of the lock file. @returns {Promise<boolean>} */
async function installPackages() {
  const lockFile = join(ROOT, 'package-lock.json');
  const stamp = join(ROOT, 'node_modules', '.slipway-installed');
  const wanted = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  if (isInstalled(wanted, stamp, lockFile)) return true;

  process.stdout.write('Installing packages\n');
  const [command, ...first] = npmCommand();
  const code = await run(command, [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) return false;
  writeFileSync(stamp, wanted);
  return true;
}

/**
 * @param {string} wanted hash of the lock file
 * @param {string} stamp
 * @param {string} lockFile
 */
function isInstalled(wanted, stamp, lockFile) {
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === wanted;
  // Somebody has run npm ci by hand: npm leaves its own record, younger than the lock file that it went by.
  const record = join(ROOT, 'node_modules', '.package-lock.json');
  return existsSync(record) && statSync(record).mtimeMs >= statSync(lockFile).mtimeMs;
}

/** The npm that has started this script, or the one on the path. @returns {[string, ...string[]]} */
function npmCommand() {
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js')) return [process.execPath, script];
  return process.platform === 'win32' ? ['cmd.exe', '/d', '/c', 'npm'] : ['npm'];
}

/**
 * Runs a program in the root of the checkout, with this process's terminal, and passes signals on to it.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string | undefined>>} [environment] this process's own, if it is left out
 * @returns {Promise<number>} the exit code; 128 and the number of the signal that ended it
 */
export function run(command, args, environment = process.env) {
  const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', env: environment });
  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => void child.kill(signal);
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, pass);
  const watch = whenShellOfNpmEnds(() => pass('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearInterval(watch);
      for (const passed of signals) process.off(passed, pass);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/**
 * A signal to npm ends npm and the shell in which it runs a script, but that shell passes nothing on: the script
 * would go on alone. Its process then gets another parent.
 *
 * @param {() => void} act
 */
function whenShellOfNpmEnds(act) {
  const shell = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  return setInterval(() => {
    if (process.ppid !== shell) act();
  }, PARENT_CHECK_MS).unref();
}
