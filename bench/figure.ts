/** One measured value, as `npm run bench` prints it on a line of its own. */
export interface Figure {
  /** The benchmark's name and what was measured, such as `start.first-list-ms`. */
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
}

/** What each file of this folder exports that is a benchmark. */
export interface Benchmark {
  run(): Promise<readonly Figure[]>;
}

/** The middle one of an odd number of values. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  if (middle === undefined) throw new Error('There is no median of no values.');
  return middle;
}
