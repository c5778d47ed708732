import { parseArgs } from 'node:util';

export interface CheckOptions {
  /** How often everything is tested, one run after the other. */
  readonly times: number;
}

/** Reads the arguments of `npm test`. Throws a sentence about the first that is wrong. */
export function parseCheckOptions(args: readonly string[]): CheckOptions {
  const { values } = parseArgs({ args: [...args], options: { times: { type: 'string', default: '1' } } });
  if (!/^[1-9]\d{0,2}$/.test(values.times)) {
    throw new Error(`--times takes a number of runs from 1 to 999, not '${values.times}'.`);
  }
  return { times: Number(values.times) };
}
