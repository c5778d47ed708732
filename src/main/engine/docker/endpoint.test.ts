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
  ])('reads DOCKER_HOST=%s', async (DOCKER_HOST, endpoint) => {
    expect(await find({ DOCKER_HOST })).toEqual({ ...endpoint, from: 'DOCKER_HOST' });
  });

  it('uses TLS with the certificates of DOCKER_CERT_PATH', async () => {
    const environment = { DOCKER_HOST: 'tcp://h', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    expect(await find(environment)).toMatchObject({ protocol: 'https', port: 2376, certificates: '/certs' });
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
    ['an unknown scheme', { DOCKER_HOST: 'fd://3' }, /Set DOCKER_HOST/],
    ['a context that is gone', { DOCKER_CONTEXT: 'gone' }, /“gone” does not exist/],
  ])('says what to do about %s', async (_, environment, sentence) => {
    await expect(find(environment)).rejects.toMatchObject({
      code: 'DOCKER_UNAVAILABLE',
      message: expect.stringMatching(sentence),
    });
  });

  it('says that a damaged configuration is damaged', async () => {
    await writeConfiguration('config.json', '{ nonsense');
    await expect(find({})).rejects.toThrowError('is damaged');
  });
});
