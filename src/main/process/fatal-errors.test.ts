import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SlipwayError } from '../../shared/errors.ts';
import { emitFatal, FATAL_EVENTS, takeOverFatalEvents } from '../testing/fatal-events.ts';
import { endOnFatalErrors } from './fatal-errors.ts';
import { StartFailure } from './start-failure.ts';

describe('an error that ends the process', () => {
  const endWith = vi.fn<(sentence: string) => void>();
  const logged: string[] = [];
  const logger = pino({ base: null }, { write: (line) => void logged.push(line) });
  let giveBack: () => void;

  beforeEach(() => {
    vi.clearAllMocks();
    logged.length = 0;
    giveBack = takeOverFatalEvents();
  });
  afterEach(() => {
    giveBack();
  });

  it.each(FATAL_EVENTS)('as %s is logged and reported in one sentence, once', (event) => {
    endOnFatalErrors(endWith).logTo(logger, '/data/slipway.log');
    emitFatal(event, new Error('token hunter2'));
    emitFatal(event, new Error('and one more'));
    expect(endWith).toHaveBeenCalledExactlyOnceWith(
      'Slipway stopped because of an unexpected error. /data/slipway.log has the details. Start it again to continue.',
    );
    expect(logged).toHaveLength(2);
    expect(logged[0]).toContain('hunter2');
  });

  it('reports its own sentence when the start failed, even without a log', () => {
    endOnFatalErrors(endWith).endStart(new StartFailure('The disk is full.'));
    expect(endWith).toHaveBeenCalledExactlyOnceWith('The disk is full.');
  });

  it.each([
    [
      new SlipwayError('CONFLICT', 'The journal is of a newer Slipway.'),
      'The journal is of a newer Slipway.',
    ],
    [new Error('database or disk is full\n    at open'), 'Slipway could not start: database or disk is full'],
    [
      Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 }),
      "Slipway can't use a database in its data folder: the disk is full. Correct that, or set SLIPWAY_DATA to another folder, and start Slipway again.",
    ],
    [
      Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 10 + 3 * 256 }),
      "Slipway can't use a database in its data folder: the disk cannot be read or written. Correct that, or set SLIPWAY_DATA to another folder, and start Slipway again.",
    ],
    ['no error at all', 'Slipway could not start: no error at all'],
  ])('reports a start that failed with %s in one line', (error, sentence) => {
    endOnFatalErrors(endWith).endStart(error);
    expect(endWith).toHaveBeenCalledExactlyOnceWith(sentence);
  });

  it('is reported even if the log cannot be written', () => {
    const fatalErrors = endOnFatalErrors(endWith);
    const full = pino({ base: null }, { write: () => failOnFullDisk() });
    fatalErrors.logTo(full, '/data/slipway.log');
    fatalErrors.endStart(new StartFailure('The disk is full.'));
    expect(endWith).toHaveBeenCalledExactlyOnceWith('The disk is full.');
  });

  it('ends the process even if nothing can be reported', () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    endWith.mockImplementationOnce(() => {
      throw new Error('No display.');
    });
    endOnFatalErrors(endWith).endStart(new Error('One.'));
    expect(exit).toHaveBeenCalledExactlyOnceWith(1);
    exit.mockRestore();
  });
});

function failOnFullDisk(): never {
  throw new Error('ENOSPC');
}
