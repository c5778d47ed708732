import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { createEngine } from '../../engine/engine.ts';
import { createKnownSecrets } from '../../engine/ports/known-secrets.ts';
import { run } from '../testing/run.ts';
import { declaredSource } from './default-tag.ts';

describe('deploy --build with --env, where slipway.yml says what the tag is made of', () => {
  let sandbox: TestSandbox;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-tags-'));
    sandbox = await startTestSandbox({ scenario: 'demo' });
    writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
    writeFileSync(join(folder, 'package.json'), '{ "version": "4.5.6" }');
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });

  async function build(tagFrom: string, environment: Readonly<Record<string, string>>) {
    const place = 'region: us-east-1, cluster: staging';
    const services = `{ web: { containers: { app: { repository: web, tagFrom: "${tagFrom}" } } } }`;
    writeFileSync(
      join(folder, 'slipway.yml'),
      `environments:\n  live: { ${place}, services: ${services} }\n`,
    );
    const { endpoint, credentials, region, speed } = sandbox;
    const args = ['deploy', '--sandbox', endpoint, '--env', 'live', '-n', 'web', '--build', '.'];
    const ran = run(args, {
      folder,
      environment,
      openEngine: ({ project }) =>
        createEngine({
          environment: {
            HOME: folder,
            DOCKER_HOST: 'unix:///nowhere/docker.sock',
            DOCKER_CONFIG: '/nowhere',
          },
          paths: { data: join(folder, 'data') },
          clock: { now: () => new Date() },
          logger: pino({ level: 'silent' }),
          secrets: createKnownSecrets(),
          host: { host: 'cli', version: '1.2.3' },
          accounts: [{ id: 'sandbox', name: 'sandbox', region, endpoint, credentials, pace: speed }],
          ...(project === undefined ? {} : { project }),
        }),
    });
    return sandbox.clock.runUntil(ran);
  }

  it('the tag is made by it also in CI', async () => {
    const { err } = await build('package', { CI: 'true' });
    expect(err).toContain(
      `The tag of package is 4.5.6, as slipway.yml says.\nBuilding ${folder} as web:4.5.6.\n`,
    );
  });

  it('a variable that may be a secret gives no tag, which whoever may list images could read', async () => {
    const { err, code } = await build('env:NPM_TOKEN', { NPM_TOKEN: 'npm_secret' });
    expect(err).toContain('NPM_TOKEN may be a secret, so it gives no tag.');
    expect(err).not.toContain('npm_secret');
    expect(code).toBe(2);
  });

  it('a pattern that is none is named with its line', async () => {
    const { err, code } = await build('file:/etc/passwd', {});
    expect(err).toMatch(/slipway\.yml is not valid, line 2.*is not git, git-full, describe/s);
    expect(code).toBe(2);
  });
});

describe('what slipway.yml says about the tag of an image for several containers', () => {
  const expected = [
    { container: 'app', repository: 'web', tagFrom: 'git' },
    { container: 'job', repository: 'web', tagFrom: 'git' },
    { container: 'old', repository: 'web', tagFrom: 'describe' },
  ];
  it.each([
    [['app', 'job'], 'git'],
    [['app', 'old'], undefined],
    [['other'], undefined],
  ])('%j: %s', (containers, source) => {
    expect(declaredSource(containers, expected)).toBe(source);
  });
});
