import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dealOut } from './waves.ts';

const members = fc
  .uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 12 })
  .map((names) => names.map((service) => ({ cluster: 'main', service, containers: ['app'] })));

const THREE = ['api', 'web', 'worker'].map((service) => ({ cluster: 'main', service, containers: ['app'] }));

it('waves by size contain every service once, in order, and none is larger than the size', () => {
  fc.assert(
    fc.property(members, fc.integer({ min: 1, max: 15 }), (given, size) => {
      const waves = dealOut(given, { size });
      expect(waves.flat()).toEqual(given);
      expect(waves.every((wave) => wave.length > 0 && wave.length <= size)).toBe(true);
    }),
  );
});

it('waves can start with a first wave of another size', () => {
  fc.assert(
    fc.property(
      members,
      fc.integer({ min: 1, max: 15 }),
      fc.integer({ min: 1, max: 4 }),
      (given, size, first) => {
        const [tried, ...rest] = dealOut(given, { size, first });
        expect(tried).toEqual(given.slice(0, first));
        expect(rest).toEqual(given.length > first ? dealOut(given.slice(first), { size }) : []);
      },
    ),
  );
});

it('waves by list are the lists, if they contain every service once', () => {
  fc.assert(
    fc.property(members, fc.integer({ min: 1, max: 4 }), (given, size) => {
      const places = given.map(({ cluster, service }) => `${cluster}/${service}`).toReversed();
      const lists = Array.from({ length: Math.ceil(places.length / size) }, (_, index) =>
        places.slice(index * size, (index + 1) * size),
      );
      expect(dealOut(given, { lists }).flat()).toEqual(given.toReversed());
    }),
  );
});

it('waves are refused that leave a service out, name one twice, or name an unknown one', () => {
  const rest = ['main/web', 'main/worker'];
  expect(() => dealOut(THREE, { lists: [rest] })).toThrow(/main\/api is in no wave/);
  expect(() => dealOut(THREE, { lists: [['main/api', 'main/api'], rest] })).toThrow(/main\/api .* twice/);
  expect(() => dealOut(THREE, { lists: [['main/api', 'main/mail'], rest] })).toThrow(/main\/mail/);
  expect(() => dealOut([...THREE, ...THREE], { size: 1 })).toThrow(/named twice/);
});
