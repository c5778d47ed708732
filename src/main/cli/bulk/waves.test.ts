import { expect, it } from 'vitest';
import { inWaves, wavesOption } from './waves.ts';

it.each([
  ['1,5,rest', [1, 5, 4]],
  ['1,2', [1, 2, 2, 2, 2, 1]],
  ['4', [4, 4, 2]],
  ['rest', [10]],
  ['20', [10]],
])('--waves %s divides ten services into waves of %j', (waves, sizes) => {
  const divided = inWaves(wavesOption(waves), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(divided.map((wave) => wave.length)).toEqual(sizes);
  expect(divided.flat()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it.each(['', '0', 'rest,1', '1,,2', '501', 'all'])('--waves %s is refused', (waves) => {
  expect(() => wavesOption(waves)).toThrow('Give the sizes of the waves, such as 1,5,rest.');
});
