import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { destination, type Logger, pino } from 'pino';

const LARGEST_LOG_BYTES = 8 * 1024 * 1024;

/** Members that never reach the log, wherever they stand. */
const SECRETS = [
  'accessKeyId',
  'secretAccessKey',
  'sessionToken',
  'credentials',
  'password',
  'authorization',
  'Authorization',
  'authorizationToken',
  'cookie',
  'token',
  'mfaCode',
];

/**
 * Opens `slipway.log` in the data folder, which is made when it is not there. A log that has grown large at the
 * start becomes `slipway.old.log`. Lines are written at once, so that a crash keeps its last words.
 */
export function openLog(folder: string): Logger {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'slipway.log');
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LARGEST_LOG_BYTES) renameSync(file, join(folder, 'slipway.old.log'));
  return pino({ base: null, redact: { paths: redactedPaths() } }, destination({ dest: file, sync: true }));
}

/** A path of pino names each depth: at the top, and one to three members down. */
function redactedPaths(): string[] {
  return ['', '*.', '*.*.', '*.*.*.'].flatMap((depth) => SECRETS.map((name) => `${depth}${name}`));
}
