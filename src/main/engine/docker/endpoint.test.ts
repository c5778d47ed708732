import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findDockerEndpoint } from './endpoint.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'slipway-docker-'));
});
afterEach(() => rm(home, { recursive: true }));

function find(environment: Record<string, string>, platform: NodeJS.Platform = 'linux') {
  return findDockerEndpoint({ environment, platform, home });
}

async function writeConfiguration(file: string, content: unknown): Promise<void> {
  await mkdir(join(home, '.docker', file, '..'), { recursive: true });
  await writeFile(
    join(home, '.docker', file),
    typeof content === 'string' ? content : JSON.stringify(content),
  );
}

function fileOfContext(name: string): string {
  return `contexts/meta/${createHash('sha256').update(name).digest('hex')}/meta.json`;
}

describe('findDockerEndpoint', () => {
  it.each([
    ['unix:///run/x.sock', { kind: 'socket', path: '/run/x.sock' }],
    ['npipe:////./pipe/docker', { kind: 'socket', path: '//./pipe/docker' }],
    ['tcp://10.0.0.5:80', { kind: 'tcp', protocol: 'http', host: '10.0.0.5', port: 80 }],
    ['tcp://build.example', { kind: 'tcp', protocol: 'http', host: 'build.example', port: 2375 }],
    ['10.0.0.5:2375', { kind: 'tcp', protocol: 'http', host: '10.0.0.5', port: 2375 }],
    ['10.0.0.5', { kind: 'tcp', protocol: 'http', host: '10.0.0.5', port: 2375 }],
    [':23750', { kind: 'tcp', protocol: 'http', host: 'localhost', port: 23_750 }],
    ['tcp://', { kind: 'tcp', protocol: 'http', host: 'localhost', port: 2375 }],
    ['  tcp://h:1 ', { kind: 'tcp', protocol: 'http', host: 'h', port: 1 }],
    ['tcp://user@h:1?x=2', { kind: 'tcp', protocol: 'http', host: 'h', port: 1 }],
    ['tcp://[::1]:23750', { kind: 'tcp', protocol: 'http', host: '::1', port: 23_750 }],
    [
      'tcp://h:23750/docker/build/',
      { kind: 'tcp', protocol: 'http', host: 'h', port: 23_750, pathPrefix: 'docker/build' },
    ],
  ])('reads DOCKER_HOST=%s', async (DOCKER_HOST, endpoint) => {
    expect(await find({ DOCKER_HOST })).toEqual({ ...endpoint, from: 'DOCKER_HOST' });
  });

  it('uses TLS with the certificates of DOCKER_CERT_PATH', async () => {
    const environment = { DOCKER_HOST: 'tcp://h', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    const found = { protocol: 'https', certificates: '/certs' };
    expect(await find(environment)).toMatchObject({ ...found, host: 'h', port: 2375 });
    expect(await find({ ...environment, DOCKER_HOST: ' ' })).toMatchObject({
      ...found,
      host: 'localhost',
      port: 2376,
    });
  });

  it('follows the current context, DOCKER_CONTEXT before it, and DOCKER_HOST before both', async () => {
    await writeConfiguration('config.json', { currentContext: 'one', auths: {} });
    await writeConfiguration(fileOfContext('one'), { Endpoints: { docker: { Host: 'unix:///one.sock' } } });
    await writeConfiguration(fileOfContext('two'), { Endpoints: { docker: { Host: 'unix:///two.sock' } } });
    expect(await find({})).toMatchObject({ path: '/one.sock', from: 'context one' });
    expect(await find({ DOCKER_CONTEXT: 'two' })).toMatchObject({ path: '/two.sock' });
    expect(await find({ DOCKER_CONTEXT: 'two', DOCKER_HOST: 'unix:///h.sock' })).toMatchObject({
      path: '/h.sock',
    });
    expect(await find({ DOCKER_CONTEXT: 'default' })).toMatchObject({ from: 'default socket' });
  });

  it('falls back to the socket of the platform', async () => {
    expect(await find({}, 'win32')).toMatchObject({ path: '//./pipe/docker_engine', from: 'default socket' });
  });

  it.each([
    ['SSH', { DOCKER_HOST: 'ssh://ana@host' }, /over SSH, which Slipway doesn't support/],
    ['an unknown scheme', { DOCKER_HOST: 'fd://3' }, /“fd:\/\/3”, which is none of a Docker Engine/],
    ['a scheme that Docker refuses', { DOCKER_HOST: 'http://h:1' }, /DOCKER_HOST has the address “http:/],
    ['a scheme in upper case', { DOCKER_HOST: 'TCP://h:1' }, /DOCKER_HOST has the address “TCP:/],
    ['a port that is no number', { DOCKER_HOST: 'tcp://h:abc' }, /DOCKER_HOST has the address “tcp:/],
    ['a socket path with a scheme in it', { DOCKER_HOST: 'unix:///a://b' }, /has the address “unix:/],
    ['a context that is gone', { DOCKER_CONTEXT: 'gone' }, /“gone” does not exist/],
  ])('says what to do about %s', async (_, environment, sentence) => {
    await expect(find(environment)).rejects.toMatchObject({
      code: 'DOCKER_UNAVAILABLE',
      message: expect.stringMatching(sentence),
    });
  });

  it.each([
    ['is empty', ''],
    ['is null', 'null'],
    ['names an empty context', '{"currentContext":""}'],
    ['names the context null', '{"currentContext":null}'],
    ['has text behind its settings', '{} junk'],
  ])('takes the default socket without a word when config.json %s', async (_, content) => {
    await writeConfiguration('config.json', content);
    expect(await find({}, 'win32')).toEqual({
      kind: 'socket',
      path: '//./pipe/docker_engine',
      from: 'default socket',
    });
  });

  it.each([
    ['ends in the middle', '{ "currentContext": "one"'],
    ['begins with a byte order mark', '\uFEFF{"currentContext":"one"}'],
    ['is a list', '[]'],
    ['names a context by a number', '{"currentContext":5}'],
  ])('takes the default socket with a warning when config.json %s', async (_, content) => {
    await writeConfiguration('config.json', content);
    expect(await find({})).toMatchObject({
      from: 'default socket',
      problem: expect.stringMatching(/^Docker's config\.json .*\.$/),
    });
  });

  it.each([
    ['in another case', '{"CURRENTCONTEXT":"one"}'],
    ['before text that is not JSON', '{"currentContext":"one"} junk'],
    ['beside a setting of a wrong type', '{"auths":5,"currentContext":"one"}'],
  ])('takes the context that config.json names %s', async (_, content) => {
    await writeConfiguration('config.json', content);
    await writeConfiguration(fileOfContext('one'), { Endpoints: { docker: { Host: 'unix:///one.sock' } } });
    expect(await find({})).toMatchObject({ path: '/one.sock', from: 'context one' });
  });

  it('says that a damaged context is damaged', async () => {
    await writeConfiguration('config.json', { currentContext: 'one' });
    await writeConfiguration(fileOfContext('one'), '{ nonsense');
    await expect(find({})).rejects.toThrowError('The Docker context “one” is damaged');
  });
});
