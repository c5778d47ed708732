import { expect, it } from 'vitest';
import { msLeft } from './estimate.ts';

const at = (time: string): Date => new Date(`2026-01-02T${time}.000Z`);

it('the remaining time of a deployment is the duration of earlier ones, and at least its bake time', () => {
  expect(msLeft(300_000, at('03:00:00'), at('03:02:00'))).toBe(180_000);
  expect(msLeft(300_000, at('03:00:00'), at('03:09:00'))).toBe(0);
  expect(msLeft(300_000, at('03:00:00'), at('03:09:00'), '2026-01-02T03:10:00.000Z')).toBe(60_000);
});
