import { expect, it } from 'vitest';
import { momentsOf, resumeAfterKill } from '../testing/killed-fleet.ts';

it.each(momentsOf('after'))(
  'a bulk release killed $when write $write starts nothing by itself, and resumes without sending anything twice',
  async (moment) => {
    expect(await resumeAfterKill(moment)).toEqual({ runs: ['one:2', 'two:2'], writes: [2, 2] });
  },
);
