import { styleText } from 'node:util';
import { visibleJson, visibleText } from '../../../shared/visible-text.ts';
import type { Io, Sink } from './io.ts';
import { jsonWithoutCommands, withoutCommands } from './runner-commands.ts';

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

/** A part of a line. Only its style steers the terminal; control characters of its text are escaped. */
export type Segment = string | { readonly text: string; readonly style: Style };

/** What a line is made of. */
export type Line = string | readonly Segment[];

/** How a command prints. */
export interface Output {
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  /** Prints a line of the answer. */
  readonly line: (line: Line) => void;
  /** Prints a value of the answer as JSON on one line. */
  readonly json: (value: unknown) => void;
  /** Prints text as it is, such as a script or Markdown. It must hold no text of others unescaped. */
  readonly raw: (text: string) => void;
  /** Prints progress or a hint to standard error; nothing with --quiet. */
  readonly note: (line: Line) => void;
  /**
   * Shows how far a work is on the last line of the terminal, where the next of these and whatever is printed next replaces it.
   * Returns false without a terminal, where nothing is shown.
   */
  readonly progress: (text: string) => boolean;
  /** Prints an error or a warning to standard error. */
  readonly problem: (line: Line) => void;
  /** The width of the terminal of the answer; undefined where there is none. */
  readonly columns: number | undefined;
}

/** To the start of the line, which is erased: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html (EL). */
const CLEAR_LINE = '\r\u001b[2K';
const FEWEST_COLUMNS = 80;

interface OutputOptions {
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  /** False with `--no-color`. */
  readonly mayColor: boolean;
}

/** The output of one command. */
export function createOutput(io: Io, { isJson, isQuiet, mayColor }: OutputOptions): Output {
  const { stdout, stderr } = io;
  const canReplace = stderr.isTerminal && io.environment.TERM !== 'dumb';
  let isReplaceable = false;
  const clearProgress = (): void => {
    if (isReplaceable) stderr.write(CLEAR_LINE);
    isReplaceable = false;
  };
  const writeLine = (sink: Sink, line: Line): void => {
    clearProgress();
    sink.write(`${withoutCommands(render(line, mayColor && hasColors(sink, io)), io)}\n`);
  };
  return {
    isJson,
    isQuiet,
    line: (line) => writeLine(stdout, line),
    json(value) {
      clearProgress();
      stdout.write(`${jsonWithoutCommands(visibleJson(value), io)}\n`);
    },
    raw(text) {
      clearProgress();
      stdout.write(text);
    },
    note: (line) => {
      if (!isQuiet) writeLine(stderr, line);
    },
    progress(text) {
      if (!canReplace) return false;
      if (isQuiet) return true;
      clearProgress();
      // A line that is wrapped could not be replaced.
      stderr.write(visibleText(text).slice(0, Math.max(0, (stderr.columns ?? FEWEST_COLUMNS) - 1)));
      isReplaceable = true;
      return true;
    },
    problem: (line) => writeLine(stderr, line),
    get columns() {
      return stdout.columns;
    },
  };
}

/** https://no-color.org: any value but an empty one counts. */
function hasColors(sink: Sink, { environment }: Io): boolean {
  return sink.isTerminal && !environment.NO_COLOR && environment.TERM !== 'dumb';
}

function render(line: Line, isColored: boolean): string {
  const segments = typeof line === 'string' ? [line] : line;
  return segments
    .map((segment) => {
      if (typeof segment === 'string') return visibleText(segment);
      const text = visibleText(segment.text);
      return isColored ? styleText(segment.style, text, { validateStream: false }) : text;
    })
    .join('');
}
