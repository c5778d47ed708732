import { expect, it } from 'vitest';
import { parseOverviewSearch } from './search.ts';

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
