import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { openApp } from '../src/main/app.ts';
import { startBrowserHost } from '../src/main/browser/browser-host.ts';
import type { PageKeys } from '../src/main/browser/page-keys.ts';
import { createKnownSecrets } from '../src/main/engine/ports/known-secrets.ts';
import { dataFolder, makeDataFolder } from '../src/main/process/data-folder.ts';
import { endOnFatalErrors, endOnTerminal, outliveOutput } from '../src/main/process/fatal-errors.ts';
import { logFile, openLog } from '../src/main/process/log.ts';
import { keepNewFilesPrivate } from '../src/main/process/private-process.ts';
import { VERSION } from '../src/main/process/version.ts';
import { type EngineMessage, SESSION_VARIABLE } from './engine-process.ts';

const Session = z.strictObject({ ticket: z.string(), keys: z.array(z.string()) });

keepNewFilesPrivate();
const fatalErrors = endOnFatalErrors(endOnTerminal);
outliveOutput();
serve().catch(fatalErrors.endStart);

/** The browser host of `npm run dev`. Its page is served by Vite, which forwards the calls to it. */
async function serve(): Promise<void> {
  const session = Session.parse(JSON.parse(process.env[SESSION_VARIABLE] ?? ''));
  const { [SESSION_VARIABLE]: _, ...environment } = process.env;
  const data = dataFolder(environment, process.platform);
  makeDataFolder(data);
  const secrets = createKnownSecrets();
  const logger = openLog(data, secrets, process.env.SLIPWAY_LOG);
  fatalErrors.logTo(logger, logFile(data));
  const app = openApp({
    environment,
    dataFolder: data,
    builtFolder: import.meta.dirname,
    logger,
    secrets,
    host: { host: 'browser', version: VERSION },
    sandbox: 'always',
  });
  const host = await startBrowserHost({
    dispatcher: app.dispatcher,
    pageFolder: '',
    port: 0,
    logger,
    keys: sessionKeys(session),
  });
  app.start();
  app.started.catch(fatalErrors.endStart);
  app.started.then(() => tell({ kind: 'listening', port: host.port })).catch(() => undefined);

  const stop = Promise.withResolvers<void>();
  // `disconnect`: whoever has started this process is gone.
  for (const event of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.on(event, () => stop.resolve());
  await stop.promise;
  await host.close();
  await app.close();
  process.exit();
}

/**
 * Takes the ticket of this run as often as it is shown, and the keys that earlier processes have accepted: a page goes
 * on after the engine was restarted.
 */
function sessionKeys(session: z.infer<typeof Session>): PageKeys {
  const keys = new Set(session.keys);
  return {
    issueTicket: () => session.ticket,
    admit({ key, ticket }) {
      if (ticket === undefined) return keys.has(key) ? undefined : 'unknown-key';
      if (!isSame(ticket, session.ticket)) return 'unknown-ticket';
      keys.add(key);
      tell({ kind: 'accepted', key });
      return undefined;
    },
    isAccepted: (key) => keys.has(key),
  };
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function tell(message: EngineMessage): void {
  process.send?.(message);
}
