import { setTimeout } from 'node:timers/promises';
import { type Keyboard, processKeyboard } from './keyboard.ts';

/** Where text goes: a terminal, a file or a pipe. */
export interface Sink {
  readonly write: (text: string) => void;
  /** Writes bytes as they are. Settles when the reader has taken them. */
  readonly writeBytes: (bytes: Uint8Array) => Promise<void>;
  readonly isTerminal: boolean;
  /** The width of the terminal in columns; undefined where there is none. */
  readonly columns: number | undefined;
}

/** What surrounds one run of the command. The command reads and writes only through it. */
export interface Io {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The working folder. */
  readonly folder: string;
  readonly stdin: AsyncIterable<Buffer | string>;
  /** Standard input for a shell in a container. */
  readonly keyboard: Keyboard;
  /** The answer, and nothing else. */
  readonly stdout: Sink;
  /** Progress, warnings and errors. */
  readonly stderr: Sink;
  /** Aborts at the first SIGINT, SIGTERM or SIGHUP (a terminal that is closed), so that the command can end in order. */
  readonly interrupt: AbortSignal;
  /** Aborts when nobody reads the output any more, as after `| head`. */
  readonly outputClosed: AbortSignal;
  readonly now: () => Date;
  /** Waits for some milliseconds; less when the command is interrupted. */
  readonly wait: (ms: number) => Promise<void>;
  /** Aborts after some milliseconds. */
  readonly timeout: (ms: number) => AbortSignal;
}

/** npm passes a signal on to the command that the terminal has sent to both: within this time it is the same one. */
const SAME_SIGNAL_MS = 500;

/** The streams and signals of this process. A signal that is sent again later ends it as always. */
export function processIo(): Io {
  const [interrupt, outputClosed] = [new AbortController(), new AbortController()];
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const end = (): void => {
      interrupt.abort();
      void setTimeout(SAME_SIGNAL_MS, undefined, { ref: false }).then(() => process.off(signal, end));
    };
    process.on(signal, end);
  }
  process.stdout.on('error', () => outputClosed.abort());
  return {
    environment: process.env,
    folder: process.cwd(),
    stdin: process.stdin,
    keyboard: processKeyboard(process),
    stdout: sinkOf(process.stdout),
    stderr: sinkOf(process.stderr),
    interrupt: interrupt.signal,
    outputClosed: outputClosed.signal,
    now: () => new Date(),
    timeout: (ms) => AbortSignal.timeout(ms),
    wait: async (ms) => {
      const signal = AbortSignal.any([interrupt.signal, outputClosed.signal]);
      await setTimeout(ms, undefined, { signal }).catch(() => undefined);
    },
  };
}

function sinkOf(stream: NodeJS.WriteStream): Sink {
  return {
    write: (text) => void stream.write(text),
    writeBytes: (bytes) => new Promise((done) => stream.write(bytes, () => done())),
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.isTTY === true ? stream.columns : undefined;
    },
  };
}
