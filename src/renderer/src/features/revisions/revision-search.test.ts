import { expect, it } from 'vitest';
import { anEntry } from '../../testing/timeline.ts';
import { createMatcher, isEmptySearch, parseRevisionSearch } from './revision-search.ts';

const revision = {
  ...anEntry(41).revision,
  registeredAt: '2026-11-10T12:00:00.000Z',
  registeredBy: 'arn:aws:iam::111111111111:user/mira.okafor',
  note: 'the fix for #12',
  containers: [
    {
      container: 'app',
      image: 'registry.example:5000/acme/web:1.8.3',
      digest: `sha256:9f2c${'0'.repeat(60)}`,
    },
    { container: 'proxy', image: 'envoy' },
  ],
};

it.each([
  ['1.8.3', true],
  ['WEB:41', true],
  ['who:mira', true],
  ['who:jonas', false],
  ['tag:1.8', true],
  ['tag:5000', false],
  ['image:acme/web who:mira', true],
  ['image:acme/web who:jonas', false],
  ['digest:sha256:9f2c', true],
  ['digest:9f2d', false],
  ['note:#12', true],
  ['who:', false],
])('%s', (text, found) => {
  expect(createMatcher(parseRevisionSearch(text, undefined))(revision)).toBe(found);
});

it('looks at when it was registered', () => {
  expect(createMatcher(parseRevisionSearch('', Date.parse('2026-11-10T12:00:00Z')))(revision)).toBe(true);
  expect(createMatcher(parseRevisionSearch('', Date.parse('2026-11-10T12:00:01Z')))(revision)).toBe(false);
  expect(
    createMatcher(parseRevisionSearch('', Date.parse('2026-11-10T12:00:01Z')))(anEntry(1).revision),
  ).toBe(false);
});

it('the revision search is empty without text and without a time', () => {
  expect(isEmptySearch(parseRevisionSearch('  ', undefined))).toBe(true);
  expect(isEmptySearch(parseRevisionSearch('', Date.parse('2026-11-10T12:00:01Z')))).toBe(false);
});
