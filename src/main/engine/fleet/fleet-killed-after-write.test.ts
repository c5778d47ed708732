import { expect, it } from 'vitest';
import { goOnAfterKill, momentsOf } from '../testing/killed-fleet.ts';

it.each(momentsOf('after'))(
  'a fleet killed $when its write $write begins nothing by itself, and goes on when it is told, with nothing twice',
  async (moment) => {
    expect(await goOnAfterKill(moment)).toEqual({ runs: ['one:2', 'two:2'], writes: [2, 2] });
  },
);
