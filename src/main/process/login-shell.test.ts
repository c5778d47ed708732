import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readLoginShell, shellToAsk } from './login-shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-shell-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** For a shell that hangs. */
const HANGING_MS = 120_000;

/** A program that stands for a person's shell. */
function shellThat(script: string): string {
  const file = join(mkdtempSync(join(folder, 'shell-')), 'shell');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

describe.skipIf(process.platform === 'win32')('the environment of the login shell', () => {
  it('contains what the profile of a real shell sets', async () => {
    writeFileSync(join(folder, '.profile'), 'export AWS_PROFILE=work\nPATH="/opt/tools:$PATH"\n');
    const read = await readLoginShell({
      shell: '/bin/sh',
      environment: { HOME: folder, PATH: '/usr/bin:/bin' },
      longestMs: HANGING_MS,
    });
    expect(read).toMatchObject({ AWS_PROFILE: 'work', PATH: expect.stringMatching(/^\/opt\/tools:/) });
    expect(read).not.toHaveProperty('PWD');
  });

  it('is read after a greeting, with values of several lines', async () => {
    const shell = shellThat('echo "Welcome back!"; export TEXT="one\ntwo=2"; eval "$4"');
    const read = await readLoginShell({
      shell,
      environment: { PATH: '/usr/bin:/bin' },
      longestMs: HANGING_MS,
    });
    expect(read.TEXT).toBe('one\ntwo=2');
  });

  it('is read while a program that the profile has started holds the output open', async () => {
    const home = mkdtempSync(join(folder, 'home-'));
    const marker = join(home, 'pid');
    writeFileSync(join(home, '.profile'), `sleep 600 & echo $! > ${marker}\nexport AWS_PROFILE=work\n`);
    const read = await readLoginShell({
      shell: '/bin/sh',
      environment: { HOME: home, PATH: '/usr/bin:/bin' },
      longestMs: HANGING_MS,
    });
    process.kill(Number(readFileSync(marker, 'utf8')));
    expect(read.AWS_PROFILE).toBe('work');
  });

  it('is read where the profile has functions with the names of what lists it', async () => {
    const home = mkdtempSync(join(folder, 'home-'));
    writeFileSync(join(home, '.profile'), 'env() { echo no; }\nprintf() { echo no; }\nexport TEXT=yes\n');
    const environment = { HOME: home, PATH: '/usr/bin:/bin' };
    const read = await readLoginShell({ shell: '/bin/sh', environment, longestMs: HANGING_MS });
    expect(read.TEXT).toBe('yes');
  });

  it('fails with a sentence when the shell does not end', async () => {
    const marker = join(folder, 'went-on');
    const shell = shellThat(`sleep 600; touch ${marker}`);
    await expect(
      readLoginShell({ shell, environment: { PATH: '/usr/bin:/bin' }, longestMs: 100 }),
    ).rejects.toThrow('did not answer in 0.1 s. Variables that it sets are missing in Slipway.');
    expect(existsSync(marker)).toBe(false);
  });

  it('fails with a sentence when the shell does not exist', async () => {
    await expect(
      readLoginShell({ shell: '/none/zsh', environment: {}, longestMs: HANGING_MS }),
    ).rejects.toThrow('could not be started');
  });

  it('fails with a sentence when the shell lists nothing', async () => {
    await expect(
      readLoginShell({ shell: shellThat('exit 1'), environment: {}, longestMs: HANGING_MS }),
    ).rejects.toThrow('did not list its variables');
  });

  it('is given up with a sentence when its list is cut short', async () => {
    const shell = shellThat('eval "$4" | head -c 60');
    await expect(
      readLoginShell({ shell, environment: { PATH: '/usr/bin:/bin' }, longestMs: HANGING_MS }),
    ).rejects.toThrow('did not list its variables');
  });
});

describe('the login shell is asked', () => {
  it.each([
    ['darwin', true, { SHELL: '/bin/fish' }, '/bin/fish'],
    ['darwin', true, {}, '/bin/zsh'],
    ['linux', true, {}, '/bin/sh'],
  ] as const)('on %s when packaged %s with %j', (platform, isPackaged, environment, shell) => {
    expect(shellToAsk(platform, isPackaged, environment)).toBe(shell);
  });

  it.each([
    ['on Windows', 'win32', true, {}],
    ['from a checkout', 'darwin', false, {}],
    ['from a terminal', 'linux', true, { TERM: 'xterm' }],
  ] as const)('never %s', (_, platform, isPackaged, environment) => {
    expect(shellToAsk(platform, isPackaged, environment)).toBeUndefined();
  });
});
