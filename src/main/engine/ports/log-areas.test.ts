import { describe, expect, it } from 'vitest';
import { parseAreaLevels } from './log-areas.ts';

describe('SLIPWAY_LOG', () => {
  it.each([
    [undefined, {}],
    ['', {}],
    ['aws,releases', { aws: 'debug', releases: 'debug' }],
    ['aws, jobs:warn', { aws: 'debug', jobs: 'warn' }],
    [
      '*,aws:trace',
      {
        aws: 'trace',
        docker: 'debug',
        releases: 'debug',
        cleanup: 'debug',
        jobs: 'debug',
        host: 'debug',
      },
    ],
  ])('as %j names the levels of areas', (text, levels) => {
    expect(parseAreaLevels(text)).toEqual(levels);
  });

  it.each(['awss', 'aws:loud', 'aws:debug:more', ':debug', 'AWS'])(
    'as %j is refused in one sentence',
    (text) => {
      expect(() => parseAreaLevels(text)).toThrow(
        `SLIPWAY_LOG has "${text}", which is not an area of the log. Use aws, docker,`,
      );
    },
  );
});
