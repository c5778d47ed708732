import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from './clock.ts';
import { openClockRecord } from './clock-record.ts';

const MINUTE = 60_000;
const NOON = new Date('2026-11-20T12:00:00Z');
const minutesLater = (minutes: number): Date => new Date(NOON.getTime() + minutes * MINUTE);

describe('the clock of a data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-clock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** The virtual time that the folder's clock shows when it is opened. */
  function openAt(wall: Date, speed: number) {
    const clock = createClock({
      start: wall,
      runs: openClockRecord(folder, speed, wall),
      onError: (error) => {
        throw error;
      },
    });
    clock.stop();
    return clock;
  }

  it('continues as if it had never been closed, and is never behind the stored time', () => {
    expect(openAt(NOON, 20).fromWallTime(minutesLater(3))).toEqual(minutesLater(60));
    const clock = openAt(minutesLater(3), 20);
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(minutesLater(60).getTime());
    expect(clock.toWallTime(minutesLater(40))).toEqual(minutesLater(2));
  });

  it('keeps its past when the speed changes', () => {
    openAt(NOON, 20);
    const slower = openAt(minutesLater(3), 2);
    expect(slower.toWallTime(minutesLater(40))).toEqual(minutesLater(2));
    expect(slower.toWallTime(minutesLater(62))).toEqual(minutesLater(4));
  });

  it('reports a damaged record', () => {
    writeFileSync(join(folder, 'clock.json'), '{"wall":');
    expect(() => openClockRecord(folder, 20, NOON)).toThrow(/cannot read .*clock\.json/);
  });
});
