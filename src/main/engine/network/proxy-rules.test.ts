import { describe, expect, it } from 'vitest';
import { proxyOfEnvironment, proxyOfPacResult } from './proxy-rules.ts';

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

const AWS = 'https://ecs.eu-west-1.amazonaws.com/';

describe('the proxy of the environment', () => {
  it.each([
    [{}, undefined],
    [{ HTTPS_PROXY: '' }, undefined],
    [{ HTTP_PROXY: 'http://p:1' }, undefined],
    [{ HTTPS_PROXY: 'http://p:1' }, 'http://p:1/'],
    [{ HTTPS_PROXY: ' HTTP://p:1 ' }, 'http://p:1/'],
    [{ HTTPS_PROXY: 'p.corp:8080' }, 'http://p.corp:8080/'],
    [{ HTTPS_PROXY: 'p.corp' }, 'http://p.corp/'],
    [{ HTTPS_PROXY: 'ana:pa@ss@p.corp:8080' }, 'http://ana:pa%40ss@p.corp:8080/'],
    [{ HTTPS_PROXY: 'https://p.corp:8443' }, 'https://p.corp:8443/'],
    [{ HTTPS_PROXY: 'http://[fd00::1]:3128' }, 'http://[fd00::1]:3128/'],
    [{ HTTPS_PROXY: 'http://upper:1', https_proxy: 'http://lower:1' }, 'http://lower:1/'],
    [{ HTTPS_PROXY: 'http://upper:1', https_proxy: '' }, undefined],
  ])('of %j is %s', (environment, proxy) => {
    expect(proxyOfEnvironment(environment, AWS)).toBe(proxy);
  });

  it.each([
    ['socks5://ana:hunter2@p:1080', 'neither an HTTP nor an HTTPS proxy'],
    ['http://ana:hunter2@:8080', 'is not the address of a proxy'],
    ['http://ana:hunter2@p:99999', 'is not the address of a proxy'],
    ['http://ana:hunter2#x@p:8080', 'is not the address of a proxy'],
    ['http://ana:12/hunter2@p:8080', 'is not the address of a proxy'],
    ['http//ana:hunter2@p:8080', 'is not the address of a proxy'],
    ['http://', 'is not the address of a proxy'],
  ])('is refused without its password, and never passed over: %s', (value, problem) => {
    const ask = () => proxyOfEnvironment({ https_proxy: value }, AWS);
    expect(ask).toThrow(
      `The variable https_proxy ${value.startsWith('socks') ? 'names a proxy that is ' : ''}${problem}.`,
    );
    expect(ask).not.toThrow('hunter2');
  });

  it.each([
    ['*', AWS],
    ['amazonaws.com', AWS],
    ['.amazonaws.com', AWS],
    ['*.amazonaws.com', AWS],
    ['other.example, .AMAZONAWS.com', AWS],
    ['other.example .amazonaws.com', AWS],
    ['amazonaws.com:443', AWS],
    ['ecs.eu-west-1.amazonaws.com', AWS],
    ['10.0.0.0/8', 'https://10.1.2.3/'],
    ['10.1.2.1-10.1.2.9', 'https://10.1.2.3/'],
    ['10.1.2.3', 'https://10.1.2.3:8443/'],
    ['10.1.2.3:8443', 'https://10.1.2.3:8443/'],
    ['fd00::/8', 'https://[fd00::7]/'],
    ['', 'https://127.0.0.1:4566/'],
    ['', 'https://localhost:4566/'],
    ['', 'https://[::1]:4566/'],
    ['', 'https://169.254.170.23/'],
  ])('is not used where NO_PROXY is %j, for %s', (exceptions, url) => {
    expect(proxyOfEnvironment({ HTTPS_PROXY: 'http://p:1', NO_PROXY: exceptions }, url)).toBeUndefined();
  });

  it.each([
    ['aws.com', AWS],
    ['amazonaws.com:8443', AWS],
    ['ecs', AWS],
    [',', AWS],
    ['10.0.0.0/33', 'https://10.1.2.3/'],
    ['10.0.0.0/x', 'https://10.1.2.3/'],
    ['fd00::/8', 'https://10.1.2.3/'],
    ['10.1.2', 'https://10.1.2.3/'],
    ['1.2.3', 'https://10.1.2.3/'],
  ])('is used where NO_PROXY is %j, for %s', (exceptions, url) => {
    expect(proxyOfEnvironment({ HTTPS_PROXY: 'http://p:1', NO_PROXY: exceptions }, url)).toBe('http://p:1/');
  });
});
