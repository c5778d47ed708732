import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../../../shared/testing/eventually.ts';
import { buildWithBuildKit, findBuildKit } from './buildkit-build.ts';
import { runDockerClient } from './client-process.ts';
import { contextPaths } from './endpoint.ts';

const signal = new AbortController().signal;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-client-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Installs a shell script as the Docker command line. */
async function installDocker(script: string): Promise<void> {
  await writeFile(join(folder, 'docker'), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'docker'), 0o755);
}

function environment(more: Readonly<Record<string, string>> = {}) {
  return { PATH: `${folder}:/bin:/usr/bin`, FOLDER: folder, ...more };
}

function machine(more: Readonly<Record<string, string>> = {}) {
  return { environment: environment(more), platform: 'linux', home: '/home/ana' } as const;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('a client that is aborted ends together with the programs that it has started', async () => {
  await installDocker('sleep 600 &\necho $!\nwait');
  const controller = new AbortController();
  const pids: number[] = [];
  const running = runDockerClient(
    { args: [], environment: environment(), cwd: folder },
    controller.signal,
    (line) => {
      pids.push(Number(line));
      controller.abort(new Error('the caller has gone'));
    },
  );
  await expect(running).rejects.toThrowError('the caller has gone');
  await eventually(() => expect(pids.map(isRunning)).toEqual([false]));
});

it.each([
  ['is not installed', undefined, 'the Docker command line is not installed'],
  ['is older than 23', 'echo "Docker version 20.10.24, build x"', undefined],
  ['has buildx', 'echo "Docker version 28.2.2, build x"', undefined],
  [
    'has no buildx',
    'if [ "$1" = buildx ]; then exit 1; fi; echo "Docker version 28.2.2, build x"',
    'the Docker command line has no buildx',
  ],
])('BuildKit is looked for in a command line that %s', async (_, script, missing) => {
  if (script !== undefined) await installDocker(script);
  const environment = { PATH: script === undefined ? '/nowhere' : folder };
  const found = await findBuildKit({ machine: { ...machine(), environment } }, signal);
  expect(found.missing).toBe(missing);
});

it('BuildKit asks an Engine over TLS through a context of its own, with the same files and the same trust', async () => {
  await installDocker(
    'echo "$DOCKER_CONTEXT $DOCKER_HOST $DOCKER_TLS_VERIFY" > "$FOLDER/env"; cp -R "$DOCKER_CONFIG/contexts" "$FOLDER/contexts"',
  );
  const ca = join(folder, 'authority.pem');
  await writeFile(ca, 'PEM of the authority');
  await buildWithBuildKit(
    {
      folder: '/shop',
      dockerfile: '/shop/Dockerfile',
      name: 'web:1',
      labels: {},
      buildArguments: {},
      secrets: [],
      cacheFrom: [],
    },
    {
      endpoint: { kind: 'tcp', host: '::1', port: 2376, tls: { ca, verify: false }, from: 'context two' },
      machine: machine({ DOCKER_HOST: 'tcp://other:1', DOCKER_TLS_VERIFY: '1' }),
      config: { auths: {}, credHelpers: {}, cliPluginsExtraDirs: [] },
      logins: {},
      signal,
      emit: () => undefined,
    },
  );
  expect((await readFile(join(folder, 'env'), 'utf8')).trim()).toBe('slipway');
  const { meta, files } = contextPaths(folder, 'slipway');
  expect(JSON.parse(await readFile(meta, 'utf8'))).toMatchObject({
    Endpoints: { docker: { Host: 'tcp://[::1]:2376', SkipTLSVerify: true } },
  });
  expect(await readdir(files)).toEqual(['ca.pem']);
  expect(await readFile(join(files, 'ca.pem'), 'utf8')).toBe('PEM of the authority');
});

it('no argument of the client contains a login, or the value of a build argument or secret', async () => {
  await installDocker(
    'echo "$@" > "$FOLDER/args"; env > "$FOLDER/env"; cp "$DOCKER_CONFIG/config.json" "$FOLDER/config"',
  );
  await buildWithBuildKit(
    {
      folder: '/shop/web',
      dockerfile: '/shop/web/Dockerfile',
      name: 'web:1',
      labels: { a: 'b c' },
      buildArguments: { NPM_TOKEN: 'argument-secret' },
      secrets: [
        { id: 'npm', value: 'build-secret' },
        { id: 'rc', file: '/home/ana/a, b' },
      ],
      cacheFrom: ['one.example/web:0'],
      target: 'build',
      platform: 'linux/arm64',
      network: 'none',
    },
    {
      endpoint: {
        kind: 'tcp',
        host: 'h',
        port: 1,
        pathPrefix: 'docker',
        from: 'context one',
      },
      machine: machine({ DOCKER_CONTEXT: 'two', DOCKER_HOST: 'tcp://other:1' }),
      config: { auths: {}, credHelpers: {}, cliPluginsExtraDirs: ['/plugins'] },
      logins: { 'one.example': { username: 'ana', password: 'login-secret', serveraddress: 'one.example' } },
      signal,
      emit: () => undefined,
    },
  );
  const args = await readFile(join(folder, 'args'), 'utf8');
  expect(args.trim()).toBe(
    'build --progress=plain --file /shop/web/Dockerfile --tag web:1 --label a=b c --build-arg NPM_TOKEN ' +
      '--secret id=npm,env=SLIPWAY_BUILD_SECRET_1 --secret id=rc,"src=/home/ana/a, b" ' +
      '--cache-from one.example/web:0 --target build --platform linux/arm64 --network none /shop/web',
  );
  const variables = await readFile(join(folder, 'env'), 'utf8');
  expect(variables).toContain('NPM_TOKEN=argument-secret');
  expect(variables).toContain('SLIPWAY_BUILD_SECRET_1=build-secret\n');
  expect(variables).toContain('DOCKER_HOST=tcp://h:1/docker\n');
  expect(variables).not.toContain('DOCKER_CONTEXT');
  expect(variables).not.toContain('login-secret');
  expect(JSON.parse(await readFile(join(folder, 'config'), 'utf8'))).toEqual({
    auths: { 'one.example': { auth: btoa('ana:login-secret') } },
    cliPluginsExtraDirs: ['/plugins', '/home/ana/.docker/cli-plugins'],
  });
});
