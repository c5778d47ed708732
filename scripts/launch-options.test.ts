import { describe, expect, it } from 'vitest';
import { parseLaunchOptions } from './launch-options.ts';

describe('the options of npm start', () => {
  it('leave the choice of the host open', () => {
    expect(parseLaunchOptions([])).toEqual({ host: undefined, hostArguments: [] });
    expect(parseLaunchOptions(['--sandbox'])).toEqual({ host: undefined, hostArguments: ['--sandbox'] });
  });

  it('mean the browser host where only that one can do it', () => {
    expect(parseLaunchOptions(['--port', '4780', '--sandbox'])).toEqual({
      host: 'browser',
      hostArguments: ['--sandbox', '--port', '4780'],
    });
    expect(parseLaunchOptions(['--no-open'])?.host).toBe('browser');
  });

  it('are nothing where help is wanted', () => {
    expect(parseLaunchOptions(['--help', '--port', '80'])).toBeUndefined();
  });

  it.each([
    [['--host', 'firefox'], '--host firefox is not a host'],
    [['--port', '80x'], '--port 80x is not a port'],
    [['--port', '65536'], '--port 65536 is not a port'],
    [['--port'], "'--port <value>' argument missing"],
    [['--wat'], "Unknown option '--wat'. npm start -- --help"],
    [['wat'], "Unexpected argument 'wat'"],
    [['--host', 'electron', '--port', '80'], 'are for the browser host'],
  ])('are refused in a sentence: %j', (args, sentence) => {
    expect(() => parseLaunchOptions(args)).toThrow(sentence);
  });
});
