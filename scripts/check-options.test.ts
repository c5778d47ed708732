import { expect, it } from 'vitest';
import { parseCheckOptions } from './check-options.ts';

it('npm test runs once, or as often as --times says', () => {
  expect(parseCheckOptions([])).toEqual({ times: 1 });
  expect(parseCheckOptions(['--times', '5'])).toEqual({ times: 5 });
});

it.each(['0', '-1', '1.5', 'many', '1000', ''])(
  'npm test refuses --times=%s and says what it takes',
  (times) => {
    expect(() => parseCheckOptions([`--times=${times}`])).toThrow(
      /--times takes a number of runs from 1 to 999/,
    );
  },
);

it('npm test refuses an option that it does not have', () => {
  expect(() => parseCheckOptions(['--fast'])).toThrow(/--fast/);
});
