// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { layerShare } from './push-outcome.tsx';
import { afterBuildEvent } from './use-build.ts';

describe('the log of a build', () => {
  it('keeps its end, and counts the lines that are no longer shown', () => {
    const lines = Array.from({ length: 600 }, (_, index) => `line ${index}`);
    const before = { step: undefined, lines: [], dropped: 0 };
    const after = afterBuildEvent(before, { kind: 'log', lines, dropped: 7 });
    expect(after.lines.at(-1)).toBe('line 599');
    expect(after.dropped + after.lines.length).toBe(607);
  });
});

describe('a layer on its way', () => {
  it('is whole when the registry has it, whatever was counted', () => {
    const layer = { id: 'a', sentBytes: 0, totalBytes: 10 };
    expect(layerShare({ ...layer, state: 'exists' })).toBe(1);
    expect(layerShare({ ...layer, state: 'pushing', sentBytes: 4 })).toBe(0.4);
    expect(layerShare({ ...layer, state: 'pushing', sentBytes: 12 })).toBe(1);
    expect(layerShare({ ...layer, state: 'waiting', totalBytes: 0 })).toBe(0);
  });
});
