import { describe, expect, it } from 'vitest';
import { proxiesOfEnvironment, proxyOfPacResult } from './proxy-rules.ts';

describe('the system proxy', () => {
  it.each([
    ['DIRECT', undefined],
    ['PROXY proxy.corp:8080', 'http://proxy.corp:8080'],
    ['PROXY proxy.corp:8080; DIRECT', 'http://proxy.corp:8080'],
    ['HTTPS proxy.corp:443;PROXY other:80', 'https://proxy.corp:443'],
    ['SOCKS5 proxy.corp:1080; PROXY other:80', 'http://other:80'],
    ['DIRECT; PROXY other:80', undefined],
    ['', undefined],
    ['PROXY', undefined],
  ])('of the answer %j is %s', (result, proxy) => {
    expect(proxyOfPacResult(result)).toBe(proxy);
  });
});

describe('the proxies of the environment', () => {
  it('are empty when no variable names one', () => {
    expect(proxiesOfEnvironment({ NO_PROXY: '*', HTTPS_PROXY: '' })).toBeUndefined();
  });

  it('are not used for loopback and metadata services', () => {
    const { NO_PROXY = '' } =
      proxiesOfEnvironment({ https_proxy: 'http://p:1', no_proxy: 'a.example' }) ?? {};
    const exceptions = NO_PROXY.split(',');
    expect(exceptions).toEqual(
      expect.arrayContaining(['127.0.0.1', 'localhost', '169.254.169.254', 'a.example']),
    );
  });
});
