import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from '../../ecs/canonical-json.ts';
import { anyTaskDefinition } from '../../testing/schema-samples.ts';
import { areEquivalent, normalize } from './normalize.ts';

it('normalized values are equal exactly when their written-out values are', () => {
  fc.assert(
    fc.property(anyTaskDefinition(), anyTaskDefinition(), (one, other) => {
      const mixed = { ...one, ...other };
      for (const [a, b] of [
        [one, other] as const,
        [one, mixed] as const,
        [one, structuredClone(one)] as const,
      ]) {
        const asText = canonicalJson(normalize(a, '')) === canonicalJson(normalize(b, ''));
        expect(areEquivalent(a, b, '')).toBe(asText);
      }
    }),
    { numRuns: 200 },
  );
});

it.each([
  ['a missing member and an empty list', { tags: [] }, {}, true],
  ['a missing member and an empty text', { value: '' }, {}, false],
  [
    'mount points in another order',
    { mountPoints: [{ a: 1 }, { b: 2 }] },
    { mountPoints: [{ b: 2 }, { a: 1 }] },
    true,
  ],
  ['a command in another order', { command: ['a', 'b'] }, { command: ['b', 'a'] }, false],
  ['a number and its text', { value: 1 }, { value: '1' }, false],
])('%s', (_what, one, other, same) => {
  expect(areEquivalent(one, other, '')).toBe(same);
});
