import { it } from 'vitest';
import { expectFleetToGoOn, momentsOf } from './killed-fleet.fixture.ts';

it.each(momentsOf('before'))(
  'a fleet killed $when its write $write begins nothing by itself, and goes on when it is told, with nothing twice',
  expectFleetToGoOn,
);
