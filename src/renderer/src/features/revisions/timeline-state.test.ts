import { describe, expect, it } from 'vitest';
import type { TimelineEntry } from '../../../../shared/model/revision.ts';
import {
  afterListEvent,
  previousOf,
  searchTimeline,
  timelineFolding,
  toggleChoice,
} from './timeline-state.ts';

function entry(number: number, image = 'acme/web:1'): TimelineEntry {
  return {
    revision: {
      arn: `arn:aws:ecs:us-east-1:111111111111:task-definition/web:${number}`,
      name: `web:${number}`,
      family: 'web',
      number,
      status: 'ACTIVE',
      containers: [{ container: 'app', image }],
    },
    images: [],
    otherDifferences: 0,
    summary: '',
    running: false,
  };
}

const numbers = (entries: readonly TimelineEntry[]): readonly number[] =>
  entries.map(({ revision }) => revision.number);

describe('a timeline', () => {
  it('stays newest first and without doubles when it is read again', () => {
    const batches = [[entry(3), entry(2)], [entry(1)], [entry(4), entry(3)]];
    const timeline = batches.reduce(
      (before, entries) => afterListEvent(before, { kind: 'entries', entries }),
      timelineFolding.initial,
    );
    expect(numbers(timeline.entries)).toEqual([4, 3, 2, 1]);
  });

  it('finds revisions by image as well as by name', () => {
    const entries = [entry(2, 'acme/web:1.9.0'), entry(1, 'acme/web:1.8.3')];
    expect(numbers(searchTimeline(entries, '1.8.3'))).toEqual([1]);
    expect(numbers(searchTimeline(entries, 'WEB:2'))).toEqual([2]);
    expect(searchTimeline(entries, ' ')).toBe(entries);
  });

  it('has as the revision before the next lower number that is left', () => {
    const entries = [entry(9), entry(5)];
    expect(previousOf(entries, entry(9))?.revision.name).toBe('web:5');
    expect(previousOf(entries, entry(5))).toBeUndefined();
  });

  it('lets a third choice take the place of the oldest one', () => {
    expect(toggleChoice(['web:1', 'web:2'], 'web:3')).toEqual(['web:2', 'web:3']);
    expect(toggleChoice(['web:1', 'web:2'], 'web:1')).toEqual(['web:2']);
  });
});
