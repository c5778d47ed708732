import { describe, expect, it } from 'vitest';
import type { Io } from './io.ts';
import { createOutput } from './output.ts';

const NEVER = new AbortController().signal;
const CLEAR = '\r\u001b[2K';

/** The output of a command whose standard error is a terminal of so many columns, or a file. */
function outputTo(columns: number | undefined, environment: Io['environment'] = {}, isQuiet = false) {
  const printed: string[] = [];
  const sink = {
    write: (text: string) => void printed.push(text),
    writeBytes: async () => undefined,
    isTerminal: columns !== undefined,
    columns,
  };
  const io: Io = {
    environment,
    folder: '/',
    stdin: { async *[Symbol.asyncIterator]() {} },
    keyboard: { size: () => undefined, listen: () => () => undefined },
    stdout: sink,
    stderr: sink,
    interrupt: NEVER,
    outputClosed: NEVER,
    now: () => new Date(0),
    wait: async () => undefined,
    timeout: () => NEVER,
  };
  return { printed, output: createOutput(io, { isJson: false, isQuiet, mayColor: false }) };
}

describe('progress on a terminal', () => {
  it('is replaced by the next one, and by whatever is printed next', () => {
    const { printed, output } = outputTo(80);
    expect(output.progress('1 of 2')).toBe(true);
    output.progress('2 of 2');
    output.note('Pushed.');
    output.progress('1 of 1');
    output.problem('It failed.');
    output.json({ a: 1 });
    expect(printed).toEqual([
      '1 of 2',
      CLEAR,
      '2 of 2',
      CLEAR,
      'Pushed.\n',
      '1 of 1',
      CLEAR,
      'It failed.\n',
      '{"a":1}\n',
    ]);
  });

  it('is cut to the width, since a line that is wrapped cannot be replaced, and controls no terminal', () => {
    const { printed, output } = outputTo(8);
    output.progress('\u001b[2J of 2 layers');
    expect(printed.join('')).toHaveLength(7);
    expect(printed.join('')).not.toContain('\u001b');
  });

  it('is nothing in a file, on a terminal that cannot replace a line, and with --quiet', () => {
    const file = outputTo(undefined);
    expect(file.output.progress('1 of 2')).toBe(false);
    const dumb = outputTo(80, { TERM: 'dumb' });
    expect(dumb.output.progress('1 of 2')).toBe(false);
    const quiet = outputTo(80, {}, true);
    expect(quiet.output.progress('1 of 2')).toBe(true);
    expect([...file.printed, ...dumb.printed, ...quiet.printed]).toEqual([]);
  });
});
