import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { destination, type Logger, pino } from 'pino';
import { hideIn, type KnownSecrets } from './engine/known-secrets.ts';
import { makePrivateFile, makePrivateFolder } from './engine/storage/private-files.ts';

const LARGEST_LOG_BYTES = 8 * 1024 * 1024;

/** Members that never reach the log, at any depth: those of credentials, and the headers that carry them. */
const SECRET_NAME = /secret|token|password|credential|authorization|cookie|access-?key|mfa-?code/i;

/**
 * Opens `slipway.log` in the data folder, which is made when it is not there. A log that has grown large at the
 * start becomes `slipway.old.log`. `secrets` are hidden in all that is written. Lines are written at once, so that a crash keeps its last words.
 */
export function openLog(folder: string, secrets: KnownSecrets): Logger {
  makePrivateFolder(folder);
  const file = join(folder, 'slipway.log');
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LARGEST_LOG_BYTES) renameSync(file, join(folder, 'slipway.old.log'));
  makePrivateFile(file);
  return pino(
    { base: null, hooks: { streamWrite: (line) => withoutSecrets(line, secrets) } },
    destination({ dest: file, sync: true }),
  );
}

/** Writes down what ends the process unexpectedly. It ends all the same. */
export function logCrash(logger: Logger): void {
  process.on('uncaughtExceptionMonitor', (error) =>
    logger.fatal({ err: error }, 'Slipway ended unexpectedly'),
  );
}

/**
 * Pino's own redaction knows only paths of a given depth, and an error of the SDK holds headers far down. What others say
 * may quote a secret that is known.
 */
function withoutSecrets(line: string, secrets: KnownSecrets): string {
  const safe: unknown = JSON.parse(line, (name, value: unknown) =>
    SECRET_NAME.test(name) ? '[hidden]' : value,
  );
  return `${JSON.stringify(hideIn(safe, secrets))}\n`;
}
