import { expect, it } from 'vitest';
import { parseJournalSearch } from './journal-filters.ts';
import {
  parseCleanupSearch,
  parseFilterSearch,
  parseFleetSearch,
  parseImageCleanupSearch,
  parseOverviewSearch,
  parseRevisionsSearch,
  parseServiceSearch,
} from './search.ts';

it('the search of an overview leaves out what it does not know, and cuts off endless text', () => {
  expect(parseOverviewSearch({ state: 'wonderful', sort: ['name'], q: { a: 1 } })).toEqual({});
  expect(parseOverviewSearch({ q: 'x'.repeat(5000) }).q).toHaveLength(200);
  expect(parseOverviewSearch({ state: 'failing', sort: 'changed', q: 41 })).toEqual({
    state: 'failing',
    sort: 'changed',
    q: '41',
  });
});

it('the usual order of an overview is not in the address', () => {
  expect(parseOverviewSearch({ sort: 'state' })).toEqual({});
});

it('the filters of tasks and revisions are in the address, except the usual ones and what is none', () => {
  expect(parseFilterSearch({ q: 7 })).toEqual({ q: '7' });
  expect(parseFilterSearch({ q: true })).toEqual({ q: 'true' });
  expect(parseFilterSearch({ q: ['web'] })).toEqual({});
  expect(parseRevisionsSearch({ words: 'who:mira', days: 30, status: 'ALL' })).toEqual({
    words: 'who:mira',
    days: '30',
    status: 'ALL',
  });
  expect(parseRevisionsSearch({ words: '', days: 31, status: 'ACTIVE' })).toEqual({});
  expect(
    parseServiceSearch({ tab: 'tasks', taskState: 'kept', taskZone: 'us-east-1a', taskText: 137 }),
  ).toEqual({
    tab: 'tasks',
    taskState: 'kept',
    taskZone: 'us-east-1a',
    taskText: '137',
  });
  expect(parseServiceSearch({ taskState: 'asleep', taskText: {} })).toEqual({});
});

it('the filters of a clean-up and of a bulk release are in the address', () => {
  expect(parseCleanupSearch({ show: 'keep', q: 41, of: 'web', else: 1 })).toEqual({
    show: 'keep',
    q: '41',
    of: 'web',
  });
  expect(parseCleanupSearch({ show: 'some', q: '', of: [] })).toEqual({});
  expect(parseImageCleanupSearch({ repository: 'web', show: 'all' })).toEqual({ show: 'all' });
  expect(parseFleetSearch({ image: 'acme/web:1', q: 'api' })).toEqual({ image: 'acme/web:1', q: 'api' });
  expect(parseFleetSearch({ fleet: 'f-1', q: 'api' })).toEqual({ fleet: 'f-1' });
});

it('the filters of the journal are in the address', () => {
  const asked = { q: 'checkout', account: 'sandbox', result: 'failed', since: '2026-11-30' };
  expect(parseJournalSearch(asked)).toEqual(asked);
  expect(parseJournalSearch({ q: '', account: {}, result: 'fine', since: 'yesterday' })).toEqual({});
});
