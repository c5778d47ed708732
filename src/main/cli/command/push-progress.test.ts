import { describe, expect, it } from 'vitest';
import type { PushLayer } from '../../../shared/model/docker.ts';
import type { Output } from './output.ts';
import { createBuildReport, createProgress, createPushReport, transferText } from './push-progress.ts';

/** What is printed, and what stands on the last line of a terminal. */
function testOutput(isTerminal: boolean) {
  const notes: unknown[] = [];
  const shown: string[] = [];
  const output: Pick<Output, 'progress' | 'note'> = {
    progress(text) {
      if (isTerminal) shown.push(text);
      return isTerminal;
    },
    note: (line) => void notes.push(line),
  };
  return { output, notes, shown };
}

function layer(id: string, state: PushLayer['state'], retryInSeconds?: number): PushLayer {
  const retry = retryInSeconds === undefined ? {} : { retryInSeconds };
  return { id, state, sentBytes: 0, totalBytes: 1, ...retry };
}

describe('the report of a push', () => {
  it('names each layer once when it is done, and each time that it is sent again', () => {
    const { output, notes } = testOutput(true);
    const report = createPushReport(output);
    const states: readonly (readonly PushLayer[])[] = [
      [layer('a', 'waiting'), layer('b', 'exists')],
      [layer('a', 'retrying', 5), layer('b', 'exists')],
      [layer('a', 'retrying', 4), layer('b', 'exists')],
      [layer('a', 'pushing'), layer('b', 'exists')],
      [layer('a', 'retrying', 10)],
      [layer('a', 'pushed'), layer('c', 'mounted')],
    ];
    for (const layers of states) report({ layers, sentBytes: 0 });
    expect(notes).toEqual([
      'Layer b: in the repository already',
      'Layer a: failed, retrying in 5 s',
      'Layer a: failed, retrying in 10 s',
      'Layer a: pushed',
      'Layer c: taken from another repository',
    ]);
  });

  it('has the layers, bytes, speed and time left on the last line of a terminal', () => {
    const { output, notes, shown } = testOutput(true);
    const transfer = { sentBytes: 30e6, totalBytes: 100e6, bytesPerSecond: 10e6, secondsLeft: 7 };
    createPushReport(output)({ layers: [layer('a', 'pushing'), layer('b', 'waiting')], ...transfer });
    expect(shown).toEqual(['0 of 2 layers, 30.0 of 100.0 MB, 10.0 MB/s, about 7 s left']);
    expect(notes).toEqual([]);
  });
});

describe('the report of a push without a terminal', () => {
  it('has no lines about one that is over in a moment', () => {
    const { output, notes } = testOutput(false);
    const report = createPushReport(output);
    const layers = [layer('a', 'pushing')];
    report({ layers, sentBytes: 30e6, totalBytes: 100e6 });
    report({ layers, sentBytes: 60e6, totalBytes: 100e6, bytesPerSecond: 10e6, secondsLeft: 4 });
    expect(notes).toEqual(['0 of 1 layers, 60.0 of 100.0 MB, 10.0 MB/s, about 4 s left']);
  });
});

describe('the report of a build', () => {
  it('is its log, which has the steps, with the number of lines that were left out', () => {
    const { output, notes } = testOutput(false);
    const report = createBuildReport(output);
    report({ kind: 'context', files: 2, bytes: 100 });
    report({ kind: 'step', step: 1, of: 3, instruction: 'FROM scratch' });
    report({ kind: 'log', lines: ['one', 'two'], dropped: 0 });
    report({ kind: 'log', lines: ['three'], dropped: 7 });
    expect(notes).toEqual(['one', 'two', '(7 lines left out)', 'three']);
  });

  it('shows what of the folder was sent on the last line of a terminal', () => {
    const { output, shown } = testOutput(true);
    createBuildReport(output)({ kind: 'context', files: 2, bytes: 3e6, bytesPerSecond: 1e6 });
    expect(shown).toEqual(['Sending the folder to Docker: 2 files, 3.0 MB, 1.0 MB/s']);
  });
});

describe('how far a transfer is', () => {
  it('is told in megabytes, with what is known of its speed and of the time left', () => {
    expect(transferText({ sentBytes: 1_500_000 })).toBe('1.5 MB');
    const whole = { sentBytes: 512e6, totalBytes: 1e9, bytesPerSecond: 8_400_000, secondsLeft: 65 };
    expect(transferText(whole)).toBe('512.0 of 1000.0 MB, 8.4 MB/s, about 1 min 5 s left');
  });

  it('is a line for each tenth where there is no terminal', () => {
    const { output, notes } = testOutput(false);
    const show = createProgress(output);
    for (const share of [undefined, 0, 0.05, 0.1, 0.19, 0.5, 1, 1]) show(`${share}`, share);
    expect(notes).toEqual(['0.1', '0.5', '1']);
  });
});
