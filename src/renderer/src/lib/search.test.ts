import { expect, it } from 'vitest';
import {
  parseFilterSearch,
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
