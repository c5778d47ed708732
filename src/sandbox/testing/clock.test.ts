import { expect, it } from 'vitest';
import { createTestClock } from './clock.ts';

const MINUTE = 60_000;
const inMinutes = (clock: ReturnType<typeof createTestClock>, minutes: number): Date =>
  new Date(clock.now().getTime() + minutes * MINUTE);

it('a test clock runs due events when it is moved, and nothing before', async () => {
  const clock = createTestClock();
  const ran: string[] = [];
  clock.schedule(inMinutes(clock, 2), () => ran.push('later'));
  clock.schedule(inMinutes(clock, 1), () => ran.push('first'));
  clock.advance(1.5 * MINUTE);
  expect(ran).toEqual(['first']);
  await clock.advanceUntil(async () => expect(ran).toHaveLength(2));
  expect(ran).toEqual(['first', 'later']);
});

it('a test clock moves by itself only until the awaited promise has settled', async () => {
  const clock = createTestClock({ speed: 1000 });
  const rang = Promise.withResolvers<string>();
  clock.schedule(inMinutes(clock, 1), () => rang.resolve('rang'));
  expect(await clock.runUntil(rang.promise)).toBe('rang');
  const late = inMinutes(clock, 1);
  clock.schedule(late, () => rang.reject(new Error('The clock still moves.')));
  expect(clock.now() < late).toBe(true);
});

it('a test clock gives wall-clock times in order and never in the future', () => {
  const clock = createTestClock();
  const before = new Date();
  const times: Date[] = [clock.now()];
  for (const minutes of [1, 5]) clock.schedule(inMinutes(clock, minutes), () => times.push(clock.now()));
  clock.advance(2 * MINUTE);
  clock.advance(10 * MINUTE);
  const walls = times.map((time) => clock.toWallTime(time).getTime());
  expect(walls).toEqual(walls.toSorted((one, other) => one - other));
  expect(walls[0]).toBeGreaterThanOrEqual(before.getTime() - 10);
  expect(walls.at(-1)).toBeLessThanOrEqual(Date.now() + 1);
  const [, first = before] = times;
  expect(clock.fromWallTime(clock.toWallTime(first)) >= first).toBe(true);
});

it('a test clock gives what happens after a jump a later wall-clock time than what happened before it', () => {
  for (let round = 0; round < 200; round += 1) {
    const clock = createTestClock();
    const before = clock.toWallTime(clock.now());
    clock.advance(1_000);
    expect(clock.toWallTime(clock.now()).getTime()).toBeGreaterThan(before.getTime());
  }
});
