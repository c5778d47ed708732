import { describe, expect, it } from 'vitest';
import { adviceFor, findChromium, findHeadlessShell } from './requirements.ts';

describe('what a machine lacks for the tests', () => {
  it('is named with the command that installs it', () => {
    expect(adviceFor(['busybox'], true)).toEqual([
      'Missing: a static busybox. To run the tests that need it: sudo apt-get install --no-install-recommends busybox-static',
    ]);
    expect(adviceFor(['docker', 'skopeo'], false)).toHaveLength(2);
    expect(adviceFor(['docker'], false)[0]).not.toContain('apt-get');
  });

  it('is not Chromium where one is named', () => {
    const environment = { SLIPWAY_TEST_CHROMIUM: '/opt/chromium', PATH: '' };
    expect(findChromium({ platform: 'linux', environment })).toBe('/opt/chromium');
    expect(findChromium({ platform: 'linux', environment: { PATH: '' } })).toBeUndefined();
  });

  it('is a headless shell only where no other Chromium is named', () => {
    const shell = { SLIPWAY_TEST_HEADLESS_SHELL: '/opt/shell', PATH: '' };
    expect(findHeadlessShell(shell)).toBe('/opt/shell');
    expect(findHeadlessShell({ SLIPWAY_TEST_CHROMIUM: '/opt/chromium' })).toBeUndefined();
  });
});
