import { pino } from 'pino';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as standIn from '../testing/electron-stand-in.ts';
import { createLinkOpener } from './outside-links.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

describe('a link of the page', () => {
  let open: (address: string) => void;

  beforeEach(() => {
    vi.clearAllMocks();
    open = createLinkOpener(pino({ level: 'silent' }));
  });

  const nextTask = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it.each([
    'console.aws.amazon.com',
    'eu-central-1.console.aws.amazon.com',
    'cn-north-1.console.amazonaws.cn',
    'us-gov-west-1.console.amazonaws-us-gov.com',
    'eusc-de-east-1.console.amazonaws-eusc.eu',
    'oidc.eu-central-1.amazonaws.com',
    'device.sso.us-east-1.amazonaws.com',
    'oidc.cn-north-1.amazonaws.com.cn',
    'oidc.eusc-de-east-1.amazonaws.eu',
    'corp.awsapps.com',
    'start.us-gov-home.awsapps.com',
    'start.home.awsapps.cn',
    'ssoins-111111h2222j33pp.eu-west-1.portal.amazonaws.com',
    'ssoins-111111h2222j33pp.portal.eu-west-1.app.aws',
    'eu-central-1.signin.aws.amazon.com',
    'cn-north-1.signin.amazonaws.cn',
    'github.com',
  ])('opens in the browser when its site is known, such as %s', async (host) => {
    const link = `https://${host}/ecs/v2/clusters?region=eu-central-1`;
    open(link);
    await nextTask();
    expect(standIn.shell.openExternal).toHaveBeenCalledExactlyOnceWith(link);
    expect(standIn.dialog.showMessageBox).not.toHaveBeenCalled();
  });

  it.each([
    ['a ticket', 'https://jira.acme.example/browse/OPS-7', 'jira.acme.example'],
    ['a ticket without TLS', 'http://tickets.acme.example/7', 'tickets.acme.example'],
    ['an advisory', 'https://nvd.nist.gov/vuln/detail/CVE-2026-1', 'nvd.nist.gov'],
    ['a git server with a port', 'https://git.acme.example:8443/web', 'git.acme.example:8443'],
    ['a known site without TLS', 'http://github.com/', 'github.com'],
    ['a known site on another port', 'https://github.com:8443/', 'github.com:8443'],
    [
      'a site that ends like the console',
      'https://evil-console.aws.amazon.com.example/',
      'evil-console.aws.amazon.com.example',
    ],
    ['a host below the sign-in', 'https://a.b.signin.aws.amazon.com/', 'a.b.signin.aws.amazon.com'],
    ['a host below the console', 'https://a.b.console.aws.amazon.com/', 'a.b.console.aws.amazon.com'],
    ['a site that begins like a known one', 'https://github.com.evil.example/', 'github.com.evil.example'],
    [
      'a site that ends like a sign-in',
      'https://oidc.us-east-1.amazonaws.com.evil.example/',
      'oidc.us-east-1.amazonaws.com.evil.example',
    ],
    [
      'a host of AWS that anybody can have',
      'https://x.s3.us-east-1.amazonaws.com/',
      'x.s3.us-east-1.amazonaws.com',
    ],
    ['a site in another script', 'https://gіthub.com/', 'xn--gthub-n2e.com'],
  ])('to %s opens after a question that names the host', async (_what, link, host) => {
    standIn.answerNext(0);
    open(link);
    await nextTask();
    expect(standIn.lastQuestion().message).toBe(`Open ${host} in your browser?`);
    expect(standIn.shell.openExternal).toHaveBeenCalledExactlyOnceWith(new URL(link).href);
  });

  it('stays closed when the answer is no', async () => {
    standIn.answerNext(1);
    open('https://jira.acme.example/');
    await nextTask();
    expect(standIn.shell.openExternal).not.toHaveBeenCalled();
  });

  it('opens without a question when the person chose not to be asked again', async () => {
    standIn.answerNext(0, true);
    open('https://jira.acme.example/1');
    await nextTask();
    open('https://jira.acme.example/2');
    open('https://evil.example/');
    await nextTask();
    expect(standIn.shell.openExternal.mock.calls).toEqual([
      ['https://jira.acme.example/1'],
      ['https://jira.acme.example/2'],
    ]);
  });

  it('asks one question at a time, however many links a page opens', async () => {
    const answer = standIn.holdNext();
    for (let index = 0; index < 20; index += 1) open(`https://evil.example/${index}`);
    await nextTask();
    answer(1);
    await nextTask();
    expect(standIn.dialog.showMessageBox).toHaveBeenCalledOnce();
    expect(standIn.shell.openExternal).not.toHaveBeenCalled();
  });

  it.each([
    'https://ana:hush@github.com/',
    'https://github.com@evil.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'ms-settings:',
    'smb://evil.example/share',
    'app://slipway/',
    'not an address',
  ])('to %s is refused', async (link) => {
    open(link);
    await nextTask();
    expect(standIn.shell.openExternal).not.toHaveBeenCalled();
    expect(standIn.dialog.showMessageBox).not.toHaveBeenCalled();
  });
});
