import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../scripts/checkout.mjs';
import { startTestSandbox, type TestSandbox } from '../src/sandbox/testing/sandbox.ts';
import { writeCommandPackage } from './command-package.ts';

const exec = promisify(execFile);
const DOCKER_HOST = process.env.SLIPWAY_TEST_DOCKER_HOST;
const CLI = join(ROOT, 'out', 'main', 'cli.js');
const BASE = 'slipway-test/base:1';
const IMAGE = 'slipway-test/slipway:1';

describe.skipIf(DOCKER_HOST === undefined)('the container image of the command', () => {
  const docker = new Docker({ socketPath: DOCKER_HOST?.replace('unix://', '') });
  let work: string;
  let sandbox: TestSandbox;

  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'slipway-image-'));
    sandbox = await startTestSandbox({ scenario: 'demo' });
    const base = join(work, 'base');
    await writeBase(base);
    const folder = join(work, 'package');
    mkdirSync(folder);
    writeCommandPackage(ROOT, folder);
    await build(base, BASE);
    await build(folder, IMAGE, [
      { name: 'BASE', value: BASE },
      { name: 'VERSION', value: '9.8.7' },
    ]);
  });
  afterAll(async () => {
    for (const name of [IMAGE, BASE]) {
      await docker
        .getImage(name)
        .remove({ force: true })
        .catch(() => undefined);
    }
    await sandbox.close();
    rmSync(work, { recursive: true, force: true });
  });

  /** A base without a registry: Node, git and a shell of this machine, with the libraries that they load. */
  async function writeBase(folder: string): Promise<void> {
    const programs = {
      [realpathSync(process.execPath)]: '/usr/local/bin/node',
      '/usr/bin/git': '/usr/bin/git',
    };
    const files = new Map([['/bin/busybox', '/bin/busybox']]);
    for (const [program, path] of Object.entries(programs)) {
      files.set(program, path);
      const { stdout } = await exec('ldd', [program]);
      for (const [library] of stdout.matchAll(/\/\S+(?= \(0x)/g)) files.set(realpathSync(library), library);
    }
    for (const [from, path] of files) {
      mkdirSync(join(folder, 'root', dirname(path)), { recursive: true });
      copyFileSync(from, join(folder, 'root', path));
    }
    for (const name of ['sh', 'ln', 'mkdir', 'chmod'])
      symlinkSync('busybox', join(folder, 'root', 'bin', name));
    symlinkSync('../../bin/busybox', join(folder, 'root', 'usr', 'bin', 'env'));
    mkdirSync(join(folder, 'root', 'tmp'), { mode: 0o1777 });
    writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY root /\nENTRYPOINT ["/bin/false"]\n');
  }

  async function build(folder: string, name: string, buildArguments: readonly object[] = []): Promise<void> {
    const [repository, tag] = name.split(':');
    const input = { folder, dockerfile: 'Dockerfile', repository, tag, buildArguments };
    await exec(process.execPath, [CLI, 'call', 'docker.build', JSON.stringify(input)], {
      env: { PATH: process.env.PATH, HOME: work, DOCKER_HOST },
    });
  }

  /** Runs a command in a container as a pipeline does, and returns its exit code and what it printed. */
  async function run(command: readonly string[] | undefined, user = '') {
    const container = await docker.createContainer({
      Image: IMAGE,
      ...(command === undefined ? {} : { Cmd: [...command] }),
      User: user,
      Tty: true,
      HostConfig: { NetworkMode: 'host' },
    });
    try {
      await container.start();
      const { StatusCode: code } = (await container.wait()) as { readonly StatusCode: number };
      const output = await container.logs({ stdout: true, stderr: true });
      return { code, output: output.toString() };
    } finally {
      await container.remove({ force: true });
    }
  }

  it('prints its help when no command is named', async () => {
    const { code, output } = await run(undefined);
    expect(output).toContain('Releases containers on Amazon ECS');
    expect(code).toBe(0);
  });

  it.each(['', '1000:1000', '54321'])('reads the status of a service as the user "%s"', async (user) => {
    const line = `slipway status -c tools -n dashboard --sandbox ${sandbox.endpoint}`;
    const { code, output } = await run(['sh', '-c', line], user);
    expect(output).toContain('dashboard');
    expect(code).toBe(0);
  });

  it('has git and labels, and neither credentials nor an entry point', async () => {
    expect(await run(['git', '--version'])).toMatchObject({
      code: 0,
      output: expect.stringContaining('git version'),
    });
    const { Config } = await docker.getImage(IMAGE).inspect();
    expect(Config.Entrypoint ?? []).toEqual([]);
    expect(Config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'slipway',
      'org.opencontainers.image.version': '9.8.7',
    });
    expect(Config.Env.join('\n')).not.toMatch(/AWS|KEY|SECRET|TOKEN/i);
  });
});
