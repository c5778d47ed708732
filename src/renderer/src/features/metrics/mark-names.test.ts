import { expect, it } from 'vitest';
import { namePlaces } from './mark-names.ts';

const CHART = { left: 0, right: 200 };

it.each([
  ['one with room is on the right of its line', [{ x: 20, width: 80 }], ['right']],
  ['one near the end is on the left', [{ x: 180, width: 80 }], ['left']],
  [
    'the newest is drawn, and an older one that would run into it is not',
    [
      { x: 90, width: 80 },
      { x: 180, width: 110 },
    ],
    [undefined, 'left'],
  ],
  [
    'two that are far apart are both drawn',
    [
      { x: 10, width: 80 },
      { x: 100, width: 80 },
    ],
    ['right', 'right'],
  ],
  ['one that fits on neither side is not drawn', [{ x: 100, width: 150 }], [undefined]],
])('of the names of marks, %s', (_what, marks, places) => {
  expect(namePlaces(marks, CHART)).toEqual(places);
});
