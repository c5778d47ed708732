import { expect, it } from 'vitest';
import { readClusterQuery } from './cluster-query.ts';

it.each([
  ['', 'it ends where a subject'],
  ['attribute:stack', 'attribute:stack is not followed by an operator'],
  ['attribute:stack ==', 'attribute:stack == is not followed by a value'],
  ['attribute:stack = blue', "“=” isn't an operator"],
  ['attribute:stack is blue', "“is” isn't an operator"],
  ['attribute: == blue', "attribute: isn't a subject"],
  ['stack == blue', "stack isn't a subject"],
  ['== blue', "“== blue” isn't a subject"],
  ['runningTasksCount matches 1', "runningTasksCount can't be compared with matches"],
  ['task:group > a', "task:group can't be compared with >"],
  ['attribute:stack in blue', 'attribute:stack in needs a list in brackets'],
  ['attribute:stack in [blue', 'attribute:stack in needs a list in brackets'],
  ['(attribute:stack == blue', 'a closing parenthesis is missing'],
  ['attribute:stack == blue)', 'it has a closing parenthesis without an opening one'],
  ['attribute:a exists and', 'it ends where a subject'],
  ['attribute:a exists attribute:b exists', '“attribute:b exists” follows a complete condition'],
  ['attribute:stack == light blue', '“blue” follows a complete condition'],
  ['('.repeat(2000), 'nested more than 50 levels'],
])('%.40s is no cluster query', (text, problem) => {
  expect(readClusterQuery(text)).toEqual({ problem: expect.stringContaining(problem) });
});

it('and stands before or, and parentheses before both', () => {
  const term = (name: string) => ({ kind: 'term', subject: `attribute:${name}` });
  expect(
    readClusterQuery('attribute:a exists or attribute:b exists and not attribute:c exists'),
  ).toMatchObject({
    query: {
      kind: 'or',
      parts: [term('a'), { kind: 'and', parts: [term('b'), { kind: 'not', part: term('c') }] }],
    },
  });
  expect(readClusterQuery('(attribute:a exists||attribute:b exists)&&attribute:c exists')).toMatchObject({
    query: { kind: 'and', parts: [{ kind: 'or', parts: [term('a'), term('b')] }, term('c')] },
  });
});

it('a list has its values without the spaces around them', () => {
  expect(readClusterQuery('attribute:ecs.instance-type not_in [t2.small,  t2.medium]')).toMatchObject({
    query: { values: ['t2.small', 't2.medium'], operator: { kind: 'in', isNegated: true } },
  });
});
