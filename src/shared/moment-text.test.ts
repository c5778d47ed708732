import { describe, expect, it } from 'vitest';
import { readMoment } from './moment-text.ts';

/** A Sunday. */
const NOW = new Date('2026-11-29T12:00:00Z');

function read(text: string): string {
  const found = readMoment(text, NOW, 'utc');
  return found.kind === 'moment' ? found.at.toISOString().slice(0, 19) : found.kind;
}

describe('a moment as people type it', () => {
  it.each([
    ['now', '2026-11-29T12:00:00'],
    ['3 days ago', '2026-11-26T12:00:00'],
    ['an hour ago', '2026-11-29T11:00:00'],
    ['90 min ago', '2026-11-29T10:30:00'],
    ['2h', '2026-11-29T10:00:00'],
    ['2 weeks ago', '2026-11-15T12:00:00'],
    ['14:00', '2026-11-28T14:00:00'],
    ['9:30', '2026-11-29T09:30:00'],
    ['2pm', '2026-11-28T14:00:00'],
    ['today', '2026-11-29T00:00:00'],
    ['yesterday 14:00', '2026-11-28T14:00:00'],
    ['14:00 yesterday', '2026-11-28T14:00:00'],
    ['Tuesday 14:00', '2026-11-24T14:00:00'],
    ['last tue, 2:30 PM', '2026-11-24T14:30:00'],
    ['Sunday 14:00', '2026-11-22T14:00:00'],
    ['sunday', '2026-11-29T00:00:00'],
    ['2026-11-24', '2026-11-24T00:00:00'],
    ['2026-11-24 14:00', '2026-11-24T14:00:00'],
    ['2026-11-24 at 14:00:30', '2026-11-24T14:00:30'],
    ['2026-11-24T14:00:30', '2026-11-24T14:00:30'],
    ['2026-11-24T14:00:00Z', '2026-11-24T14:00:00'],
    ['2026-11-24T14:00:00.123Z', '2026-11-24T14:00:00'],
    ['2026-11-24 14:00 UTC', '2026-11-24T14:00:00'],
    ['2026-11-24T14:00+02:00', '2026-11-24T12:00:00'],
    ['24 Nov 14:00', '2026-11-24T14:00:00'],
    ['November 24', '2026-11-24T00:00:00'],
    ['24 December', '2025-12-24T00:00:00'],
    ['24 dec 2024 8:00', '2024-12-24T08:00:00'],
  ])('%s is %s', (text, at) => expect(read(text)).toBe(at));

  it.each([
    '',
    'soon',
    '2026-02-30',
    '25:00',
    '14:75',
    '13pm',
    'Tuesday Wednesday',
    '24 24 nov',
    'monday 14:00 15:00',
    '1'.repeat(1_000),
    `${' '.repeat(50_000)}x`,
  ])('%j means nothing', (text) => expect(read(text)).toBe('unreadable'));

  it.each(['2027-01-01', 'today 14:00', '2026-11-29T12:00:01Z'])('%s has not come yet', (text) =>
    expect(read(text)).toBe('future'),
  );

  it('is in the zone of the machine where it names none', () => {
    const found = readMoment('2026-11-24 14:00', NOW, 'local');
    expect(found).toEqual({ kind: 'moment', at: new Date(2026, 10, 24, 14, 0) });
  });
});
