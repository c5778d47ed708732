import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { ReadStream, WriteStream } from 'node:tty';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../shared/testing/eventually.ts';
import { defaultBrowser, type OpenPage } from '../../process/default-browser.ts';
import { createTerminalPrompt } from './terminal-prompt.ts';

const ADDRESS = 'https://oidc.example/authorize?state=a&x=$(id)';

/** A terminal that keeps what it was told. */
function terminal(openPage?: OpenPage) {
  const said: string[] = [];
  const output: WriteStream = Object.assign(Object.create(WriteStream.prototype), {
    isTTY: true,
    write: (text: string) => said.push(text) > 0,
  });
  const input: ReadStream = Object.assign(Object.create(ReadStream.prototype), new PassThrough(), {
    isTTY: true,
  });
  return { prompt: createTerminalPrompt({ input, output, openPage }), said: () => said.join('') };
}

describe('the page of a sign-in on the command line', () => {
  it('opens in the browser, with the address printed, and waits for the redirect until it is cancelled', async () => {
    const opened: string[] = [];
    const { prompt, said } = terminal((address) => {
      opened.push(address);
      return Promise.resolve(true);
    });
    const over = new AbortController();
    const signIn = prompt.signIn({ session: 'corp', address: ADDRESS }, over.signal);
    await eventually(() => expect(opened).toEqual([ADDRESS]));
    expect(said()).toContain(`open it on this machine: ${ADDRESS}`);
    over.abort();
    await expect(signIn).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('that no browser can show leads to a code, whose page is then not opened again', async () => {
    let opened = 0;
    const { prompt, said } = terminal(() => {
      opened += 1;
      return Promise.resolve(false);
    });
    const over = new AbortController();
    expect(await prompt.signIn({ session: 'corp', address: ADDRESS }, over.signal)).toBe('with-code');
    const waiting = prompt.signIn({ session: 'corp', address: ADDRESS, code: 'ABCD-EFGH' }, over.signal);
    expect(said()).toContain('No browser could be opened.\nOpen https://oidc.example/');
    over.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(opened).toBe(1);
  });

  it('asks for a code at once where no browser is to be opened', async () => {
    const { prompt, said } = terminal();
    const signal = new AbortController().signal;
    expect(await prompt.signIn({ session: 'corp', address: ADDRESS }, signal)).toBe('with-code');
    expect(said()).toBe('');
  });
});

describe('the browser of this machine', () => {
  let folder = '';
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['in CI', { CI: 'true', DISPLAY: ':0' }],
    ['over SSH', { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22', DISPLAY: ':0' }],
    ['without a display', {}],
  ])('is not opened %s', (_where, environment) => {
    expect(defaultBrowser({ platform: 'linux', environment })).toBeUndefined();
  });

  /** An xdg-open that writes down what it is given. */
  function opener() {
    folder = mkdtempSync(join(tmpdir(), 'slipway-opener-'));
    const [file, said] = [join(folder, 'xdg-open'), join(folder, 'said')];
    writeFileSync(file, `#!/bin/sh\nprintf '%s|' "$@" > ${said}\n`);
    chmodSync(file, 0o700);
    const open = (path: string) =>
      defaultBrowser({ platform: 'linux', environment: { DISPLAY: ':0', PATH: path } });
    return { open: open(`${folder}:/usr/bin:/bin`), none: open(join(folder, 'none')), said };
  }

  it('gets the address as one argument that no shell reads, and says when there is no program for it', async () => {
    const { open, none, said } = opener();
    expect(await open?.(ADDRESS)).toBe(true);
    expect(readFileSync(said, 'utf8')).toBe(`${ADDRESS}|`);
    expect(await none?.(ADDRESS)).toBe(false);
  });

  it.each([
    'file:///bin/sh',
    'smb://host/share',
    '--help',
    'javascript:alert(1)',
    'https://aws.amazon.com@evil.example/',
  ])('is not given %s, which a server may answer as the page of a sign-in', async (address) => {
    const { open, said } = opener();
    expect(await open?.(address)).toBe(false);
    expect(existsSync(said)).toBe(false);
  });
});
