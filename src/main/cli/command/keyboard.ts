import { spawnSync } from 'node:child_process';
import type { TerminalSize } from '../../../shared/model/session.ts';

/** What a shell in a container needs of the terminal of this machine. */
export interface Keyboard {
  /** The size of the terminal; undefined where standard input or output is none. */
  readonly size: () => TerminalSize | undefined;
  /**
   * Passes on standard input until the returned function is called. A terminal gives every key as it is typed, Ctrl-C included,
   * and shows none by itself.
   */
  readonly listen: (listener: KeyboardListener) => () => void;
}

export interface KeyboardListener {
  /** Nothing more is read until it has taken this. */
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
        // Node leaves a return added to each line feed (ONLCR of termios), as the terminal in the container does already.
        spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
        stdout.on('resize', onResize);
        // Not without a terminal, where `nohup` may hold the signal back.
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

/** Within what a session takes. A terminal that does not tell its size has none. */
function sizeOf({ columns, rows }: NodeJS.WriteStream): TerminalSize {
  const within = (count: number, least: number): number => Math.min(Math.max(count, least), 1_000);
  return { cols: within(columns || 80, 2), rows: within(rows || 24, 1) };
}
