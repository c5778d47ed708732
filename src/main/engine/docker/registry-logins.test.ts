import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestRegistry } from '../../../sandbox/testing/registry.ts';
import { createKnownSecrets } from '../ports/known-secrets.ts';
import type { DockerConfig } from './docker-config.ts';
import { readRegistryLogins, requireConfiguredLogin } from './registry-logins.ts';

const NONE: DockerConfig = { auths: {}, credHelpers: {}, cliPluginsExtraDirs: [] };
const signal = new AbortController().signal;
const secrets = createKnownSecrets();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-helpers-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Installs `docker-credential-NAME`, a shell script that finds the registry in $server. */
async function installHelper(name: string, script: string): Promise<void> {
  const file = join(folder, `docker-credential-${name}`);
  await writeFile(file, `#!/bin/sh\nread -r server || true\n${script}\n`);
  await chmod(file, 0o755);
}

async function logins(images: readonly string[], config: Partial<DockerConfig>, warnings: string[] = []) {
  return readRegistryLogins(images, {
    config: { ...NONE, ...config },
    environment: { PATH: `${folder}:/bin:/usr/bin` },
    ecr: () => undefined,
    secrets,
    signal,
    warn: (sentence) => void warnings.push(sentence),
  });
}

/** As the Docker configuration and the Engine name Docker Hub. */
const DOCKER_HUB = 'https://index.docker.io/v1/';

it.each([
  ['nginx', DOCKER_HUB],
  ['library/nginx:1', DOCKER_HUB],
  ['docker.io/library/nginx', DOCKER_HUB],
  ['registry.example/web', 'registry.example'],
  ['localhost/web', 'localhost'],
  ['127.0.0.1:5000/web:1', '127.0.0.1:5000'],
  ['HOST/web', 'HOST'],
])('the login of the registry of %s is the one of %s', async (image, registry) => {
  const auths = {
    [registry]: { auth: btoa('ana:s3cret-of-ana') },
    'other.example': { auth: btoa('ben:other') },
  };
  expect(Object.keys(await logins([image], { auths }))).toEqual([registry]);
});

describe('a login for a base image', () => {
  it('comes from auths: by host, by address, with a token, and only for registries that are needed', async () => {
    const auths = {
      'one.example': { auth: btoa('ana:s3cret:with colon') },
      'https://two.example/v1/': { username: 'ben', password: 'hunter22' },
      'three.example': { identitytoken: 'a-token-of-three' },
      'unused.example': { auth: btoa('ana:unused') },
      'https://index.docker.io/v1/': { auth: btoa('hub:hub-secret') },
    };
    const images = [
      'one.example/a',
      'one.example/b',
      'two.example/a',
      'three.example/a',
      'nginx',
      'four.example/a',
    ];
    expect(await logins(images, { auths })).toEqual({
      'one.example': { username: 'ana', password: 's3cret:with colon', serveraddress: 'one.example' },
      'two.example': { username: 'ben', password: 'hunter22', serveraddress: 'two.example' },
      'three.example': { identitytoken: 'a-token-of-three', serveraddress: 'three.example' },
      [DOCKER_HUB]: { username: 'hub', password: 'hub-secret', serveraddress: DOCKER_HUB },
    });
    expect(secrets.hide('error: s3cret:with colon')).toBe('error: [hidden]');
  });

  it('comes from DOCKER_AUTH_CONFIG before all others', async () => {
    await installHelper('mine', 'echo \'{"Username":"ben","Secret":"of-the-helper"}\'');
    const authsOfEnvironment = { 'https://one.example/v1/': { auth: btoa('ana:of-the-variable') } };
    const found = await logins(['one.example/a', 'two.example/a'], {
      authsOfEnvironment,
      credsStore: 'mine',
    });
    expect(found).toMatchObject({
      'one.example': { username: 'ana', password: 'of-the-variable' },
      'two.example': { username: 'ben', password: 'of-the-helper' },
    });
  });

  it('comes from the helper of its registry, else from the credential store', async () => {
    await installHelper('special', `printf '{"Username":"<token>","Secret":"token-of-%s"}' "$server"`);
    await installHelper('store', `printf '{"Username":"ana","Secret":"secret-of-%s"}' "$server"`);
    const config = { credsStore: 'store', credHelpers: { 'one.example': 'special' } };
    expect(await logins(['one.example/a', 'two.example/a'], config)).toEqual({
      'one.example': { identitytoken: 'token-of-one.example', serveraddress: 'one.example' },
      'two.example': { username: 'ana', password: 'secret-of-two.example', serveraddress: 'two.example' },
    });
  });

  it('is left out when the store has none, and is said to be missing when its helper fails', async () => {
    await installHelper('empty', 'echo "credentials not found in native keychain"; exit 1');
    await installHelper('broken', 'exit 3');
    const warnings: string[] = [];
    const credHelpers = {
      'one.example': 'empty',
      'two.example': 'broken',
      'three.example': 'gone',
      'four.example': '../x',
    };
    const images = Object.keys(credHelpers).map((registry) => `${registry}/a`);
    expect(await logins(images, { credHelpers }, warnings)).toEqual({});
    expect(warnings).toEqual([
      'No login for two.example came from docker-credential-broken: it failed or took too long.',
      'No login for three.example came from docker-credential-gone: it is not installed.',
      'No login for four.example came from docker-credential-../x: its name has characters that no program has.',
    ]);
  });

  it("is ECR's for the registry of the chosen account, though the configuration has an old one", async () => {
    const registry = await startTestRegistry([]);
    const host = new URL(registry.endpoint).host;
    const config = { ...NONE, auths: { [host]: { auth: btoa('AWS:expired') } } };
    const found = await readRegistryLogins([`${host}/base:1`, '127.0.0.1:1/other:1'], {
      config,
      environment: {},
      ecr: () => registry.ecr,
      secrets,
      signal,
      warn: () => undefined,
    });
    await registry.close();
    expect(Object.keys(found)).toEqual([host]);
    expect(found[host]).toMatchObject({ username: 'AWS', serveraddress: host });
    expect(found[host]?.password).not.toBe('expired');
  });
});

it('a push to a registry without a login is refused with the command that signs in', async () => {
  const auths = { 'other.example': { auth: btoa('ana:s3cret') } };
  const sources = { environment: { PATH: `${folder}:/bin:/usr/bin` }, secrets, signal };
  const none = requireConfiguredLogin('one.example', { config: { ...NONE, auths }, ...sources });
  await expect(none).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining('Sign in with “docker login one.example”.'),
  });
  const missing = { ...NONE, credsStore: 'not-there' };
  await expect(requireConfiguredLogin('one.example', { config: missing, ...sources })).rejects.toMatchObject({
    message: expect.stringContaining('came from docker-credential-not-there: it is not installed.'),
  });
  const found = await requireConfiguredLogin('other.example', { config: { ...NONE, auths }, ...sources });
  expect(found).toMatchObject({ username: 'ana', password: 's3cret' });
});
