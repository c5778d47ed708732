import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { destination, type Logger, pino } from 'pino';
import { hideIn, type KnownSecrets } from '../engine/ports/known-secrets.ts';
import { type AreaLevels, areaLevelOf, parseAreaLevels } from '../engine/ports/log-areas.ts';
import { makePrivateFile, makePrivateFolder } from '../engine/storage/private-files.ts';
import { fileProblem, StartFailure, WAY_OUT } from './start-failure.ts';
import { VERSION } from './version.ts';

const LARGEST_LOG_BYTES = 8 * 1024 * 1024;

/** How much waits in memory while the disk is full. What comes on top is lost. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** Members that never reach the log, at any depth: those of credentials, and the headers that carry them. */
const SECRET_NAME = /secret|token|password|credential|authorization|cookie|access-?key|mfa-?code/i;

/** The file of the log in a data folder. */
export function logFile(folder: string): string {
  return join(folder, 'slipway.log');
}

/**
 * Opens the log in the data folder, which is made when it doesn't exist, and writes a first line. A log that has grown
 * large at the start becomes `slipway.old.log`. `secrets` are hidden in all that is written. `areas` is `SLIPWAY_LOG`,
 * see parseAreaLevels. Lines are written at once, so that a crash keeps its last words. Throws a StartFailure when
 * `areas` is wrong or the log cannot be written; later on, such as when the disk is full by then, lines are lost.
 */
export function openLog(folder: string, secrets: KnownSecrets, areas: string | undefined): Logger {
  const levels = readLevels(areas);
  try {
    return openLogFile(folder, secrets, levels);
  } catch (error) {
    throw new StartFailure(
      `Slipway can't write its log ${logFile(folder)}: ${fileProblem(error)}. ${WAY_OUT}`,
      { cause: error },
    );
  }
}

function readLevels(areas: string | undefined): AreaLevels {
  try {
    return parseAreaLevels(areas);
  } catch (error) {
    throw new StartFailure(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function openLogFile(folder: string, secrets: KnownSecrets, levels: AreaLevels): Logger {
  makePrivateFolder(folder);
  const file = logFile(folder);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LARGEST_LOG_BYTES) renameSync(file, join(folder, 'slipway.old.log'));
  makePrivateFile(file);

  const stream = destination({ dest: file, sync: true, maxLength: MOST_WAITING_BYTES });
  // Also keeps a failed write from ending the process.
  const failures: unknown[] = [];
  stream.on('error', (error: unknown) => {
    if (failures.length === 0) failures.push(error);
  });
  const logger = pino(
    {
      base: null,
      hooks: { streamWrite: (line) => withoutSecrets(line, secrets) },
      onChild(child) {
        const level = areaLevelOf(child.bindings(), levels);
        if (level !== undefined) child.level = level;
      },
    },
    stream,
  );
  logger.info({ version: VERSION, process: process.pid }, 'Slipway starts');
  if (failures.length > 0) throw failures[0];
  return logger;
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
