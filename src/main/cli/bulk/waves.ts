import { InvalidArgumentError } from 'commander';

const REST = 'rest';

/** Reads the value of `--waves`: sizes from 1 to 500 and, as the last, `rest`. */
export function wavesOption(text: string): string {
  const parts = text.split(',');
  const sizes = parts.at(-1) === REST ? parts.slice(0, -1) : parts;
  const areSizes = sizes.every((size) => /^[1-9]\d{0,2}$/.test(size) && Number(size) <= 500);
  if (areSizes) return text;
  throw new InvalidArgumentError('Give the sizes of the waves, such as 1,5,rest.');
}

/** Divides a list into waves as `--waves` says. The last size repeats; `rest` takes all that are left. */
export function inWaves<T>(waves: string, items: readonly T[]): readonly (readonly T[])[] {
  const divided: (readonly T[])[] = [];
  const sizes = waves.split(',').map((size) => (size === REST ? items.length : Number(size)));
  let left = items;
  for (let wave = 0; left.length > 0; wave += 1) {
    const size = sizes[Math.min(wave, sizes.length - 1)] ?? left.length;
    divided.push(left.slice(0, size));
    left = left.slice(size);
  }
  return divided;
}
