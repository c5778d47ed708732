import { describe, expect, it } from 'vitest';
import type { PushLayer } from '../../../shared/model/docker.ts';
import { buildLines, createPushLines } from './push-progress.ts';

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
