import { describe, expect, it } from 'vitest';
import { parseDevOptions } from './dev-options.ts';
import { isEngineSource } from './engine-sources.ts';

describe('the options of npm run dev', () => {
  it('mean the browser host at its usual port when there are none', () => {
    expect(parseDevOptions([])).toEqual({ host: 'browser', port: 5173 });
  });

  it('name the host and the port', () => {
    expect(parseDevOptions(['--host', 'electron'])).toEqual({ host: 'electron', port: 5173 });
    expect(parseDevOptions(['--port', '0'])).toEqual({ host: 'browser', port: 0 });
  });

  it('are nothing where help is wanted', () => {
    expect(parseDevOptions(['--help'])).toBeUndefined();
  });

  it.each([
    [['--host', 'firefox'], '--host firefox is not a host. Give electron or browser.'],
    [['--port', '65536'], '--port 65536 is not a port.'],
    [['--wat'], "Unknown option '--wat'. npm run dev -- --help prints the options."],
    [['wat'], "Unexpected argument 'wat'."],
    [['--host', 'electron', '--port', '80'], '--port is for the browser host.'],
  ])('are refused in one sentence: %j', (args, sentence) => {
    expect(() => parseDevOptions(args)).toThrow(sentence);
  });
});

describe('a changed file restarts the engine', () => {
  it.each([
    ['src/main/app.ts', true],
    ['src/main/engine/aws/clients.ts', true],
    ['src/shared/contract.ts', true],
    ['src/sandbox/start.ts', true],
    ['src/main/app.test.ts', false],
    ['src/sandbox/testing/sandbox.ts', false],
    ['src/main/electron/window.ts', false],
    ['src/renderer/src/main.tsx', false],
    ['src/main/tsconfig.json', false],
  ])('when it is %s: %s', (file, expected) => {
    expect(isEngineSource(file)).toBe(expected);
  });
});
