import { visibleText } from '../../shared/visible-text.ts';
import type { Logger } from '../engine/ports/ports.ts';
import { startFailureSentence } from './start-failure.ts';

/** How a process of Slipway ends when it cannot continue: logged, with one sentence, and with exit code 1. */
export interface FatalErrors {
  /** Keeps what happens from now on in this log too. Before that, and where it cannot be written, the sentence is all. */
  logTo(logger: Logger, file: string): void;
  /** Ends a start that failed. */
  readonly endStart: (error: unknown) => void;
}

interface Log {
  readonly logger: Logger;
  readonly file: string;
}

/**
 * Ends the process at an error that nothing has handled, thrown or rejected. A listener of our own is needed for both:
 * Electron's shows a stack and continues, and its Node only warns of rejections (lib/browser/init.ts and
 * shell/browser/electron_browser_main_parts.cc of electron/electron).
 *
 * @param endWith says the sentence and ends with code 1; called once
 */
export function endOnFatalErrors(endWith: (sentence: string) => void): FatalErrors {
  let log: Log | undefined;
  let hasEnded = false;

  function end(error: unknown, sentence: string): void {
    write(log, error);
    if (hasEnded) return;
    hasEnded = true;
    try {
      endWith(sentence);
    } catch {
      // There is nobody left to tell.
      process.exit(1);
    }
  }
  const endUnexpectedly = (error: unknown): void => end(error, unexpectedSentence(error, log));

  process.on('uncaughtException', endUnexpectedly);
  process.on('unhandledRejection', endUnexpectedly);
  return {
    logTo(logger, file) {
      log = { logger, file };
    },
    endStart: (error) => end(error, startFailureSentence(error)),
  };
}

/** Ends a process that has a terminal. */
export function endOnTerminal(sentence: string): void {
  process.stderr.write(`${visibleText(sentence)}\n`);
  process.exit(1);
}

/**
 * Continues when whoever reads the output has gone, such as a terminal that was closed: nobody misses the lines.
 * Without a listener, a failed write ends the process.
 */
export function outliveOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

function write(log: Log | undefined, error: unknown): void {
  try {
    log?.logger.fatal({ err: error }, 'Slipway ended because of an error');
  } catch {
    // The log cannot be written, such as on a full disk. The sentence is still said.
  }
}

/** The text of an unexpected error may hold anything, so it is said only where no log has it. */
function unexpectedSentence(error: unknown, log: Log | undefined): string {
  if (log === undefined) return startFailureSentence(error);
  return `Slipway stopped because of an unexpected error. ${log.file} has the details. Start it again to continue.`;
}
