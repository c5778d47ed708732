import { describe, expect, it } from 'vitest';
import { parseServeOptions } from './serve-options.ts';

describe('the options of the browser host', () => {
  it('default to the port of the last start, a window, and the sandbox without AWS profiles', () => {
    expect(parseServeOptions([])).toEqual({ sandbox: 'when-needed', port: undefined, window: 'open' });
  });

  it('can all be set', () => {
    expect(parseServeOptions(['--sandbox', '--port', '4780', '--no-open'])).toEqual({
      sandbox: 'always',
      port: 4780,
      window: 'none',
    });
  });

  it.each(['-1', '65536', '80.5', '0x50', '', ' '])('refuse %j as a port', (port) => {
    expect(() => parseServeOptions([`--port=${port}`])).toThrow('is not a port');
  });
});
