import { describe, expect, it } from 'vitest';
import type { TimelineEntry } from '../../../../shared/model/revision.ts';
import { anEntry } from './timeline.fixture.ts';
import {
  afterListEvent,
  previousOf,
  searchTimeline,
  timelineFolding,
  toggleChoice,
} from './timeline-state.ts';

const numbers = (entries: readonly TimelineEntry[]): readonly number[] =>
  entries.map(({ revision }) => revision.number);

describe('a timeline', () => {
  it('stays newest first and without doubles when it is read again', () => {
    const batches = [[anEntry(3), anEntry(2)], [anEntry(1)], [anEntry(4), anEntry(3)]];
    const timeline = batches.reduce(
      (before, entries) => afterListEvent(before, { kind: 'entries', entries }),
      timelineFolding.initial,
    );
    expect(numbers(timeline.entries)).toEqual([4, 3, 2, 1]);
  });

  it('finds revisions by image as well as by name', () => {
    const entries = [anEntry(2, { after: { image: 'acme/web:1.9.0' } }), anEntry(1)];
    expect(numbers(searchTimeline(entries, '1.8.3'))).toEqual([1]);
    expect(numbers(searchTimeline(entries, 'WEB:2'))).toEqual([2]);
    expect(searchTimeline(entries, ' ')).toBe(entries);
  });

  it('has as the revision before the next lower number that is left', () => {
    const entries = [anEntry(9), anEntry(5)];
    expect(previousOf(entries, anEntry(9))?.revision.name).toBe('web:5');
    expect(previousOf(entries, anEntry(5))).toBeUndefined();
  });

  it('lets a third choice take the place of the oldest one', () => {
    expect(toggleChoice(['web:1', 'web:2'], 'web:3')).toEqual(['web:2', 'web:3']);
    expect(toggleChoice(['web:1', 'web:2'], 'web:1')).toEqual(['web:2']);
  });
});
