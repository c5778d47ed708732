import { describe, expect, it } from 'vitest';
import type { PushLayer } from '../../../shared/model/docker.ts';
import type { Output } from './output.ts';
import { buildLines, createProgress, createPushLines, transferText } from './push-progress.ts';

function layer(id: string, state: PushLayer['state']): PushLayer {
  return { id, state, sentBytes: 0, totalBytes: 1 };
}

describe('the lines of a push', () => {
  it('name each layer once when it is done, and each time that it is sent again', () => {
    const linesOf = createPushLines();
    expect(linesOf({ layers: [layer('a', 'waiting'), layer('b', 'exists')] })).toEqual([
      'Layer b: in the repository already',
    ]);
    expect(linesOf({ layers: [layer('a', 'retrying'), layer('b', 'exists')] })).toEqual([
      'Layer a: failed, is sent again',
    ]);
    expect(linesOf({ layers: [layer('a', 'pushing'), layer('b', 'exists')] })).toEqual([]);
    expect(linesOf({ layers: [layer('a', 'retrying')] })).toEqual(['Layer a: failed, is sent again']);
    expect(linesOf({ layers: [layer('a', 'pushed'), layer('c', 'mounted')] })).toEqual([
      'Layer a: pushed',
      'Layer c: taken from another repository',
    ]);
  });
});

describe('the lines of a build', () => {
  it('are its log, which has the steps, with the number of lines that were left out', () => {
    expect(buildLines({ kind: 'step', step: 1, of: 3, instruction: 'FROM scratch' })).toEqual([]);
    expect(buildLines({ kind: 'log', lines: ['one', 'two'], dropped: 0 })).toEqual(['one', 'two']);
    expect(buildLines({ kind: 'log', lines: ['two'], dropped: 7 })).toEqual(['(7 lines left out)', 'two']);
    expect(buildLines({ kind: 'context', files: 2, bytes: 100 })).toEqual([]);
  });
});

describe('how far a transfer is', () => {
  it('is told in megabytes, with what is known of its speed and of the time left', () => {
    expect(transferText({ sentBytes: 1_500_000 })).toBe('1.5 MB');
    expect(
      transferText({
        sentBytes: 512e6,
        totalBytes: 1e9,
        bytesPerSecond: 8_400_000,
        secondsLeft: 65,
      }),
    ).toBe('512.0 of 1000.0 MB, 8.4 MB/s, about 1 min 5 s left');
  });

  it('is a line for each tenth where there is no terminal', () => {
    const notes: unknown[] = [];
    const output: Pick<Output, 'progress' | 'note'> = {
      progress: () => false,
      note: (line) => void notes.push(line),
    };
    const show = createProgress(output);
    for (const share of [undefined, 0, 0.05, 0.1, 0.19, 0.5, 1, 1]) show(`${share}`, share);
    expect(notes).toEqual(['0.1', '0.5', '1']);
  });
});
