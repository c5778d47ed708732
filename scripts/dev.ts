import { randomBytes } from 'node:crypto';
import { join, relative } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ViteDevServer } from 'vite';
import { LAUNCH_PATH, TICKET_PARAMETER } from '../src/shared/page-session.ts';
import { ROOT, run } from './checkout.mjs';
import { DEV_HELP, type DevOptions, parseDevOptions } from './dev-options.ts';
import { electronEnvironment, findElectron } from './electron-binary.ts';
import { forwardToEngine } from './engine-forwarding.ts';
import { type DevSession, startEngineProcess } from './engine-process.ts';
import { restartOnChange } from './engine-restarts.ts';
import { isEngineSource } from './engine-sources.ts';
import { packageBinary } from './package-binary.ts';
import { portOf, startPageServer } from './page-server.ts';

/** An editor writes a file in less. */
const SETTLE_MS = 30;

/** What `npm run dev` does once the packages are there. */
try {
  const options = parseDevOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(DEV_HELP);
  else process.exitCode = await develop(options);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function develop(options: DevOptions): Promise<number> {
  // Data of its own: a change that is in progress shall not write into the journal that somebody works with.
  const environment = { ...process.env, SLIPWAY_DATA: process.env.SLIPWAY_DATA ?? join(ROOT, '.dev') };
  return options.host === 'electron'
    ? developDesktopApp(environment)
    : developPage(options.port, environment);
}

async function developPage(wantedPort: number, environment: NodeJS.ProcessEnv): Promise<number> {
  const session: DevSession = { ticket: randomBytes(32).toString('base64url'), keys: new Set() };
  const engine = restartOnChange({
    start: () => startEngineProcess(session, environment),
    say: (sentence) => process.stderr.write(`${sentence}\n`),
    settle: () => wait(SETTLE_MS),
  });
  const stop = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.resolve());
  let server: ViteDevServer | undefined;
  try {
    server = await startPageServer(wantedPort, [forwardToEngine(engine.port)]);
    watchEngine(server, engine.changed);
    const address = `http://127.0.0.1:${portOf(server)}${LAUNCH_PATH}#${TICKET_PARAMETER}=${session.ticket}`;
    process.stdout.write(`Slipway is at ${address}\nIts data is in ${environment.SLIPWAY_DATA}\n`);
    await stop.promise;
  } finally {
    await Promise.all([server?.close(), engine.close()]);
  }
  return 0;
}

function watchEngine(server: ViteDevServer, changed: () => void): void {
  server.watcher.add(['main', 'shared', 'sandbox'].map((folder) => join(ROOT, 'src', folder)));
  server.watcher.on('all', (event, path) => {
    const file = relative(ROOT, path).replaceAll('\\', '/');
    if (event === 'addDir' || event === 'unlinkDir' || !isEngineSource(file)) return;
    process.stdout.write(`${file} has changed; the engine restarts\n`);
    changed();
  });
}

/** electron-vite builds the main process again after each change and restarts the app. */
async function developDesktopApp(environment: NodeJS.ProcessEnv): Promise<number> {
  const binary = findElectron(ROOT, { platform: process.platform, environment });
  if (binary === undefined) {
    throw new Error(
      'The Electron binary is not here. npm start fetches it where it can be had; npm run dev opens the browser host.',
    );
  }
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0 ? ['--noSandbox'] : [];
  const command = packageBinary(ROOT, 'electron-vite', 'electron-vite');
  return run(process.execPath, [command, 'dev', '--watch', ...asRoot, '--', '--sandbox'], {
    ...electronEnvironment(environment),
    ELECTRON_EXEC_PATH: binary,
  });
}
