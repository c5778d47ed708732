import { describe, expect, it } from 'vitest';
import { parseDesktopArguments } from './desktop-arguments.ts';
import { requireDisplay } from './display.ts';

describe('the options of the desktop app', () => {
  it('add the sandbox', () => {
    expect(parseDesktopArguments([])).toEqual({ sandbox: 'when-needed' });
    expect(parseDesktopArguments(['/checkout', '--no-sandbox', '--sandbox'])).toEqual({ sandbox: 'always' });
  });

  it.each([['--sandbx'], ['--port'], ['--port=80'], ['--no-open'], ['--host=browser'], ['--sandbox=yes']])(
    'are refused in one sentence: %s',
    (option) => {
      expect(() => parseDesktopArguments(['/checkout', option])).toThrow(
        `Slipway has no option ${option}. Start it without options`,
      );
    },
  );

  it.each([
    '--no-sandbox',
    '--inspect=0',
    '--inspect-brk',
    '--remote-debugging-port=0',
    '--ozone-platform=wayland',
    '--enable-logging',
    '--disable-gpu',
    '--force-device-scale-factor=2',
    '--original-process-start-time=13',
    '--allow-file-access-from-files',
    '--lang=de',
    '-psn_0_1',
    '--',
  ])('leave %s to Electron', (option) => {
    expect(parseDesktopArguments([option])).toEqual({ sandbox: 'when-needed' });
  });
});

describe('a start without a display', () => {
  const linux = { platform: 'linux', environment: {}, args: [] } as const;

  it('is refused in one sentence on Linux', () => {
    expect(() => requireDisplay(linux)).toThrow("Slipway can't open a window: neither DISPLAY");
  });

  it.each([
    { ...linux, environment: { DISPLAY: ':0' } },
    { ...linux, environment: { WAYLAND_DISPLAY: 'wayland-0' } },
    { ...linux, args: ['--ozone-platform=headless'] },
    { ...linux, platform: 'darwin' },
    { ...linux, platform: 'win32' },
  ] as const)('is none for %j', (session) => {
    expect(() => requireDisplay(session)).not.toThrow();
  });
});
