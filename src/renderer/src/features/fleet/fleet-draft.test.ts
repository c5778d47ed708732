import { expect, it } from 'vitest';
import { NEW_DRAFT, stopConditionOf, wavesOf, wavesWithout } from './fleet-draft.ts';

const SERVICES = ['api', 'web', 'worker'].map((service) => ({
  cluster: 'main',
  service,
  containers: ['app'],
}));

it('deals out by hand in the order of the numbers, where a number without a service is no wave', () => {
  const waves = { 'main/web': 9, 'main/worker': 3 };
  expect(wavesOf({ ...NEW_DRAFT, deal: 'by-hand', waves }, SERVICES)).toEqual({
    lists: [['main/api'], ['main/worker'], ['main/web']],
  });
});

it('deals out by size with a first wave of its own', () => {
  expect(wavesOf({ ...NEW_DRAFT, first: 1, size: 4 }, SERVICES)).toEqual({ size: 4, first: 1 });
});

it('leaves a service out of its wave, and the wave with its last one', () => {
  const lists = [['main/api'], ['main/web', 'main/worker']];
  expect(wavesWithout({ lists }, SERVICES.slice(1))).toEqual({ lists: [['main/web', 'main/worker']] });
  expect(wavesWithout({ size: 2 }, SERVICES.slice(1))).toEqual({ size: 2 });
});

it('stops after so many failures or their share, which is never more than all', () => {
  expect(stopConditionOf({ ...NEW_DRAFT, stopAfter: 3 })).toMatchObject({ stopAfter: { failures: 3 } });
  const share = { ...NEW_DRAFT, stopAfter: 250, stopUnit: 'percent' as const };
  expect(stopConditionOf(share)).toMatchObject({ stopAfter: { percent: 100 } });
});
