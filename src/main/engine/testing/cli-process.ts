import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The built command line; see scripts/build-for-tests.ts. */
export const CLI = path.join(import.meta.dirname, '..', '..', '..', '..', 'out', 'main', 'cli.js');

/** The built browser host. Its sources take three times as long to start. */
export const SERVE = path.join(path.dirname(CLI), 'serve.js');

/** What the command line compiles is kept, as a process after another starts in half the time then. */
const COMPILED = path.join(tmpdir(), 'slipway-tests-compiled');

interface CliCall {
  /** The home and data folder of the process. */
  readonly folder: string;
  /** Of the AWS that it calls; those of the profiles in its home where it is missing. */
  readonly endpoint?: string;
  readonly method: string;
  readonly input: unknown;
  /** Variables beside those of every call. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Whether its lines are read; otherwise nobody does. */
  readonly isRead?: true;
}

/** Calls a method in a process of its own. */
export function startCliCall({
  folder,
  endpoint,
  method,
  input,
  environment,
  isRead,
}: CliCall): ChildProcess {
  const sandbox = endpoint === undefined ? [] : ['--sandbox', endpoint];
  return spawn(process.execPath, [CLI, 'call', method, JSON.stringify(input), ...sandbox], {
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      SLIPWAY_DATA: folder,
      NODE_COMPILE_CACHE: COMPILED,
      ...environment,
    },
    stdio: ['ignore', isRead === true ? 'pipe' : 'ignore', 'ignore'],
  });
}
