import { describe, expect, it } from 'vitest';
import { createTransferMeter } from './transfer-meter.ts';

/** A meter whose clock goes on with each count. */
function meterWithClock() {
  let at = 0;
  const meter = createTransferMeter(() => at);
  return {
    ...meter,
    /** Counts so many bytes more every 100 ms, for some seconds. */
    send(seconds: number, bytesPerSecond: number, from: number): number {
      let sent = from;
      for (let tick = 0; tick < seconds * 10; tick += 1) {
        at += 100;
        sent += bytesPerSecond / 10;
        meter.count(sent);
      }
      return sent;
    },
  };
}

describe('the speed of a transfer', () => {
  it('is told from the second second on, with the time that the rest takes', () => {
    const meter = meterWithClock();
    meter.count(0);
    const sent = meter.send(0.9, 1000, 0);
    expect(meter.speed(5000)).toEqual({});
    meter.send(1, 1000, sent);
    expect(meter.speed(5000)).toEqual({ bytesPerSecond: 1000, secondsLeft: 5 });
  });

  it('is that of the last five seconds', () => {
    const meter = meterWithClock();
    meter.count(0);
    const sent = meter.send(60, 1000, 0);
    meter.send(6, 4000, sent);
    expect(meter.speed(8000).bytesPerSecond).toBeGreaterThan(3900);
  });

  it('has no time left while nothing is sent, and while the rest is unknown', () => {
    const meter = meterWithClock();
    meter.count(0);
    const sent = meter.send(2, 1000, 0);
    expect(meter.speed(undefined)).toEqual({ bytesPerSecond: 1000 });
    meter.send(6, 0, sent);
    expect(meter.speed(1000)).toEqual({ bytesPerSecond: 0 });
  });

  it('counts bytes that are sent again as sent, and takes nothing away for them', () => {
    const meter = meterWithClock();
    meter.count(0);
    meter.send(1, 1000, 0);
    meter.count(0);
    meter.send(1, 1000, 0);
    expect(meter.speed(1000)).toEqual({ bytesPerSecond: 1000, secondsLeft: 1 });
  });

  it('is gone when nothing is left', () => {
    const meter = meterWithClock();
    meter.count(0);
    meter.send(3, 1000, 0);
    expect(meter.speed(0)).toEqual({});
  });
});
