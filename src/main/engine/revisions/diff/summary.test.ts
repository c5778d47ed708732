import { describe, expect, it } from 'vitest';
import { summarize } from './summary.ts';

describe('summarize', () => {
  it('names short values and counts named entries', () => {
    expect(
      summarize([
        { subject: 'cpu', name: '', kind: 'changed', before: '0.25 vCPU', after: '0.5 vCPU' },
        { container: 'app', subject: 'environment', name: 'A', kind: 'added', after: '1' },
        { container: 'app', subject: 'environment', name: 'B', kind: 'removed', before: '2' },
      ]),
    ).toBe('cpu 0.25 vCPU → 0.5 vCPU, 2 variables');
  });

  it('counts what does not fit', () => {
    const of = (subject: string, name = '') => ({ subject, name, kind: 'added' as const });
    expect(
      summarize([of('environment', 'MODE'), of('memory'), of('command'), of('port', '80/tcp'), of('cpu')]),
    ).toBe('variable MODE, memory added, command added and 2 more');
  });

  it('is empty where nothing differs', () => {
    expect(summarize([])).toBe('');
  });
});
