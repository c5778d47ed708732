import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFifo } from '../testing/crafted-repositories.ts';
import { findDockerEndpoint } from './endpoint.ts';

const SYSTEM_SOCKET = '/var/run/docker.sock';
const ofSystem = { path: SYSTEM_SOCKET, from: 'default socket' };

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
    ['tcp://10.0.0.5:80', { kind: 'tcp', host: '10.0.0.5', port: 80 }],
    ['tcp://build.example', { kind: 'tcp', host: 'build.example', port: 2375 }],
    ['10.0.0.5:2375', { kind: 'tcp', host: '10.0.0.5', port: 2375 }],
    ['10.0.0.5', { kind: 'tcp', host: '10.0.0.5', port: 2375 }],
    [':23750', { kind: 'tcp', host: 'localhost', port: 23_750 }],
    ['tcp://', { kind: 'tcp', host: 'localhost', port: 2375 }],
    ['  tcp://h:1 ', { kind: 'tcp', host: 'h', port: 1 }],
    ['tcp://user@h:1?x=2', { kind: 'tcp', host: 'h', port: 1 }],
    ['tcp://[::1]:23750', { kind: 'tcp', host: '::1', port: 23_750 }],
    ['tcp://h:23750/docker/build/', { kind: 'tcp', host: 'h', port: 23_750, pathPrefix: 'docker/build' }],
  ])('reads DOCKER_HOST=%s', async (DOCKER_HOST, endpoint) => {
    expect(await find({ DOCKER_HOST })).toEqual({ ...endpoint, from: 'DOCKER_HOST' });
  });

  it('takes the port of HTTP or HTTPS for a context without one, as Docker does', async () => {
    await writeConfiguration(fileOfContext('far'), { Endpoints: { docker: { Host: 'tcp://far.example' } } });
    expect(await find({ DOCKER_CONTEXT: 'far' })).toMatchObject({ host: 'far.example', port: 80 });
    const docker = { Host: 'tcp://far.example', SkipTLSVerify: true };
    await writeConfiguration(fileOfContext('far'), { Endpoints: { docker } });
    expect(await find({ DOCKER_CONTEXT: 'far' })).toMatchObject({ port: 443, tls: { verify: false } });
  });

  it.each([
    ['DOCKER_TLS_VERIFY', true],
    ['DOCKER_TLS', false],
  ])('uses TLS for %s, with the files of DOCKER_CERT_PATH that are there', async (variable, verify) => {
    const certs = join(home, 'certs');
    const environment = { DOCKER_HOST: 'tcp://h', [variable]: '1', DOCKER_CERT_PATH: certs };
    const ca = join(certs, 'ca.pem');
    expect(await find(environment)).toEqual({
      kind: 'tcp',
      host: 'h',
      port: 2375,
      tls: { ca, verify },
      from: 'DOCKER_HOST',
    });
    await writeConfiguration('../certs/cert.pem', 'PEM');
    expect(await find(environment)).toMatchObject({ tls: { ca, verify } });
    await writeConfiguration('../certs/key.pem', 'PEM');
    expect(await find(environment)).toMatchObject({
      tls: { ca, cert: join(certs, 'cert.pem'), key: join(certs, 'key.pem'), verify },
    });
  });

  it('asks port 2376 of this machine where TLS alone is wanted, with the files of the configuration', async () => {
    const ca = join(home, '.docker', 'ca.pem');
    const tls = { host: 'localhost', port: 2376, tls: { ca, verify: false } };
    expect(await find({ DOCKER_TLS: '1' })).toMatchObject({ ...tls, from: 'DOCKER_TLS' });
    expect(await find({ DOCKER_TLS: '1', DOCKER_HOST: ' ' })).toMatchObject({ ...tls, from: 'DOCKER_HOST' });
  });

  it('takes the TLS files of a context, and not those of the environment', async () => {
    const docker = { Host: 'tcp://h:2376', SkipTLSVerify: false };
    await writeConfiguration(fileOfContext('safe'), { Endpoints: { docker } });
    const environment = { DOCKER_CONTEXT: 'safe', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    expect(await find(environment)).toEqual({ kind: 'tcp', host: 'h', port: 2376, from: 'context safe' });
    const files = fileOfContext('safe').replace('meta', 'tls').replace('meta.json', 'docker');
    await writeConfiguration(`${files}/ca.pem`, 'PEM');
    expect(await find(environment)).toMatchObject({
      tls: { ca: join(home, '.docker', files, 'ca.pem'), verify: true },
    });
    await writeConfiguration(fileOfContext('safe'), { Endpoints: { docker: { Host: 'unix:///own.sock' } } });
    expect(await find(environment)).toEqual({ kind: 'socket', path: '/own.sock', from: 'context safe' });
  });

  it.each([
    ['ssh://ana@far.example', ['-l', 'ana', '--', 'far.example', 'docker system dial-stdio']],
    ['ssh://far.example:2222', ['-p', '2222', '--', 'far.example', 'docker system dial-stdio']],
    [
      'ssh://ana@far.example/run/user/1000/docker.sock',
      ['-l', 'ana', '--', 'far.example', 'docker --host=unix:///run/user/1000/docker.sock system dial-stdio'],
    ],
  ])('reaches %s through ssh, as Docker does', async (DOCKER_HOST, args) => {
    const options = ['-T', '-o', 'ConnectTimeout=30', '-o', 'BatchMode=yes'];
    expect(await find({ DOCKER_HOST })).toEqual({
      kind: 'ssh',
      address: DOCKER_HOST,
      host: 'far.example',
      args: [...options, ...args],
      from: 'DOCKER_HOST',
    });
  });

  it.each<[string, NodeJS.Platform, string]>([
    ['Docker Desktop', 'darwin', '.docker/run/docker.sock'],
    ['OrbStack', 'darwin', '.orbstack/run/docker.sock'],
    ['Colima', 'darwin', '.colima/default/docker.sock'],
    ['Colima', 'linux', '.config/colima/default/docker.sock'],
    ['Rancher Desktop', 'darwin', '.rd/docker.sock'],
    ['rootless Docker', 'linux', 'run/docker.sock'],
    ['Docker Desktop', 'linux', '.docker/desktop/docker.sock'],
    ['Podman', 'linux', 'run/podman/podman.sock'],
  ])('takes the socket of %s on %s where Docker has none', async (owner, platform, socket) => {
    await writeConfiguration(`../${socket}`, '');
    const found = await find({ XDG_RUNTIME_DIR: join(home, 'run') }, platform);
    // The machine of the test may have a socket of Docker itself.
    const own = { kind: 'socket', path: join(home, socket), from: `socket of ${owner}` };
    expect(found).toEqual(existsSync(SYSTEM_SOCKET) ? { ...own, ...ofSystem } : own);
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
    [
      'SSH with a password',
      { DOCKER_HOST: 'ssh://ana:secret@host' },
      /the address “ssh:\/\/…@host”, which is none/,
    ],
    ['SSH without a host', { DOCKER_HOST: 'ssh://' }, /which is none of a Docker Engine/],
    ['SSH with an option for a host', { DOCKER_HOST: 'ssh://-oProxyCommand=x' }, /which is none of a Docker/],
    [
      'SSH with a command for a path',
      { DOCKER_HOST: 'ssh://h/a;reboot' },
      /which is none of a Docker Engine/,
    ],
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

  it.each([
    ['a pipe that nobody writes to', makeFifo],
    ['a link to itself', (path: string) => symlink(path, path)],
    ['a folder', (path: string) => mkdir(path)],
    ['larger than such a file is', (path: string) => writeFile(path, Buffer.alloc(5 * 1024 * 1024))],
  ])('does not wait for files of the configuration that are %s', async (_, make) => {
    const context = join(home, '.docker', fileOfContext('one'));
    await mkdir(dirname(context), { recursive: true });
    await make(context);
    await expect(find({ DOCKER_CONTEXT: 'one' })).rejects.toMatchObject({
      code: 'DOCKER_UNAVAILABLE',
      message: expect.stringContaining("can't be read"),
    });
    await make(join(home, '.docker', 'config.json'));
    expect(await find({})).toMatchObject({ problem: expect.stringContaining("config.json can't be read") });
  });

  it.each([
    'tcp://ann:hunter2@h:port',
    'ann:hunter2@h:port',
    'https://ann:hunter2@h',
    'ssh://ann:hunter2@h',
    'tcp://ann:hun/ter2:hunter2@h',
  ])('refuses %s without the password of the address', async (DOCKER_HOST) => {
    const refused = await find({ DOCKER_HOST }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'DOCKER_UNAVAILABLE' });
    expect(String(refused)).toContain('…@h');
    expect(String(refused)).not.toContain('hunter2');
  });

  it('shows the beginning of an address that is no end of text', async () => {
    const refused = await find({ DOCKER_HOST: `tcp://${'h'.repeat(100_000)}:x` }).then(() => '', String);
    expect(refused).toContain('hhh…');
    expect(refused.length).toBeLessThan(500);
  });

  it('says that a damaged context is damaged', async () => {
    await writeConfiguration('config.json', { currentContext: 'one' });
    await writeConfiguration(fileOfContext('one'), '{ nonsense');
    await expect(find({})).rejects.toThrowError('The Docker context “one” is damaged');
  });
});
