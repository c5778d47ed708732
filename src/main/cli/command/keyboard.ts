import { spawnSync } from 'node:child_process';
import type { TerminalSize } from '../../../shared/model/session.ts';

/** What a shell in a container needs from the terminal of this machine. */
export interface Keyboard {
  /** The size of the terminal; undefined if standard input or output is not a terminal. */
  readonly size: () => TerminalSize | undefined;
  /**
   * Passes on standard input until the returned function is called. A terminal is in raw mode until then: each key is passed on
   * as it is typed, Ctrl-C included, and is not echoed.
   */
  readonly listen: (listener: KeyboardListener) => () => void;
}

export interface KeyboardListener {
  /** Nothing more is read until the promise settles. */
  readonly onInput: (bytes: Uint8Array) => Promise<void>;
  /** There is no further input. */
  readonly onEnd: () => void;
  readonly onResize: () => void;
  /** The window of the terminal was closed. */
  readonly onClose: () => void;
}

interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/** The keyboard of this process. */
export function processKeyboard({ stdin, stdout }: Streams): Keyboard {
  const isTerminal = (): boolean => stdin.isTTY && stdout.isTTY;
  return {
    size: () => (isTerminal() ? sizeOf(stdout) : undefined),
    listen({ onInput, onEnd, onResize, onClose }) {
      let isOver = false;
      const take = (data: Buffer): void => {
        stdin.pause();
        void onInput(data).finally(() => {
          if (!isOver) stdin.resume();
        });
      };
      const isRaw = isTerminal();
      if (isRaw) {
        stdin.setRawMode(true);
        // Node's raw mode still adds a return to each line feed (ONLCR of termios). The terminal in the container has added it already.
        spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
        stdout.on('resize', onResize);
        // Only with a terminal: `nohup` is meant to keep a process alive.
        process.on('SIGHUP', onClose);
      }
      stdin.on('data', take).on('end', onEnd).resume();
      return () => {
        isOver = true;
        stdin.off('data', take).off('end', onEnd).pause();
        if (!isRaw) return;
        process.off('SIGHUP', onClose);
        stdout.off('resize', onResize);
        stdin.setRawMode(false);
      };
    },
  };
}

/** Within the limits of a session. A terminal that does not report its size has 0 columns. */
function sizeOf({ columns, rows }: NodeJS.WriteStream): TerminalSize {
  const within = (count: number, least: number): number => Math.min(Math.max(count, least), 1_000);
  return { cols: within(columns || 80, 2), rows: within(rows || 24, 1) };
}
