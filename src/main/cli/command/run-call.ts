import { text } from 'node:stream/consumers';
import { SlipwayError, toWire } from '../../../shared/errors.ts';
import type { CallAnswer } from '../../../shared/transport.ts';
import { visibleJson } from '../../../shared/visible-text.ts';
import type { Dispatcher } from '../../engine/ports/dispatcher.ts';
import { startFailureSentence } from '../../process/start-failure.ts';
import { exitCodeOf } from './call-exit-code.ts';

interface CallToRun {
  readonly method: string;
  readonly input: unknown;
  /** Aborts when the user interrupts. */
  readonly interrupt: AbortSignal;
  /** Writes one line. */
  readonly print: (line: string) => void;
}

/** Calls a method, prints its events and its end as JSON lines, and returns the exit code. */
export async function runCall(dispatcher: Dispatcher, call: CallToRun): Promise<number> {
  const { method, input, interrupt, print } = call;
  const connection = dispatcher.connect((_id, event) => print(visibleJson({ event })));
  const stop = (): void => connection.close();
  interrupt.addEventListener('abort', stop, { once: true });
  try {
    const answer = await connection.call({ id: 'call', method, input });
    print(lineOf(answer));
    return exitCodeOf(method, answer, interrupt.aborted);
  } finally {
    interrupt.removeEventListener('abort', stop);
  }
}

/** The last line of a call. Like every line, it is JSON in which no character steers the terminal. */
export function lineOf(answer: CallAnswer): string {
  return visibleJson(answer.ok ? { result: answer.value } : { error: answer.error });
}

/** The input of a call: JSON text, or `-` for JSON on standard input. Fails with INVALID_INPUT for other text. */
export async function readInput(argument: string, stdin: AsyncIterable<Buffer | string>): Promise<unknown> {
  const json = argument === '-' ? await text(stdin) : argument;
  try {
    const input: unknown = JSON.parse(json);
    return input;
  } catch {
    throw new SlipwayError(
      'INVALID_INPUT',
      'The input is not JSON. Put it in single quotes, or send it to `-`.',
    );
  }
}

/** The answer for a call that could not be made. */
export function failedAnswer(error: unknown): CallAnswer {
  if (error instanceof SlipwayError) return { ok: false, error: toWire(error) };
  return { ok: false, error: toWire(new SlipwayError('INTERNAL', startFailureSentence(error))) };
}
