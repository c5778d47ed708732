import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
} from '@aws-sdk/client-ecs';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { createEngine } from '../../engine/engine.ts';
import { readProjectFile } from '../../engine/environments/project-file.ts';
import { createKnownSecrets } from '../../engine/ports/known-secrets.ts';
import type { EngineOpener } from '../command/verb.ts';
import { run } from '../testing/run.ts';

let sandbox: TestSandbox;
let data: string;
let folder: string;
let ecs: ECSClient;

beforeAll(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  data = mkdtempSync(join(tmpdir(), 'slipway-init-data-'));
  ecs = new ECSClient(sandbox);
});
afterAll(async () => {
  ecs.destroy();
  await sandbox.close();
  rmSync(data, { recursive: true });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-init-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const openEngine: EngineOpener = () => {
  const { endpoint, credentials, region } = sandbox;
  return createEngine({
    environment: { HOME: data },
    paths: { data },
    clock: { now: () => new Date() },
    logger: pino({ level: 'silent' }),
    secrets: createKnownSecrets(),
    host: { host: 'cli', version: '1.2.3' },
    accounts: [{ id: 'sandbox', name: 'sandbox', region, endpoint, credentials }],
  });
};

const init = (...args: readonly string[]) =>
  run(['init', ...args, '--sandbox', sandbox.endpoint], { folder, openEngine });
const file = (): string => join(folder, 'slipway.yml');

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe('slipway init', () => {
  it('writes the services of a cluster with the repositories of their containers', async () => {
    const { code, out, err } = await init('-c', 'production', '--name', 'live');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('slipway.yml has live.');
    const { live } = readProjectFile(file()).environments;
    expect(live).toMatchObject({
      account: '123456789012',
      region: 'us-east-1',
      cluster: 'production',
      rules: { environment: 'production' },
    });
    expect(live?.services.web).toEqual({ containers: { app: { repository: 'web' } } });
    expect(Object.keys(live?.services.checkout?.containers ?? {})).toEqual(['app', 'proxy']);
    expect(live?.services.checkout?.containers.proxy?.repository).toContain('/');
    expect(readFileSync(file(), 'utf8')).toMatch(/^# yaml-language-server: \$schema=/);
  });

  it('adds an environment to a file and leaves its comments and the others as they are', async () => {
    const before = '# Ours.\nenvironments:\n  # Careful.\n  production:\n    cluster: production # billed\n';
    write('slipway.yml', before);
    expect((await init('-c', 'tools')).code).toBe(0);
    const text = readFileSync(file(), 'utf8');
    expect(text.startsWith(before)).toBe(true);
    expect(text).toContain('account: "123456789012"');
    expect(readProjectFile(file()).environments.tools?.services).toHaveProperty('dashboard');
  });

  it('prints the file and writes nothing with --print', async () => {
    const { code, out } = await init('-c', 'tools', '--print');
    expect(code).toBe(0);
    expect(parse(out)).toMatchObject({ environments: { tools: { cluster: 'tools' } } });
    expect(() => readFileSync(file())).toThrow('ENOENT');
  });

  it.each([
    [[], 'Name a cluster with -c. There are: production, staging, tools.'],
    [['-c', 'tools', '--name', 'my tools'], 'is not a name of letters'],
    [['-c', 'gone'], 'gone'],
    [['--from', 'copilot'], 'copilot/.workspace is missing'],
  ])('with %j is refused and writes nothing', async (args, sentence) => {
    const { code, err } = await init(...args);
    expect(err).toContain(sentence);
    expect(code).toBe(2);
    expect(() => readFileSync(file())).toThrow('ENOENT');
  });

  it.each([
    ['environments:\n  tools: {}\n', 'slipway.yml has an environment tools already'],
    ['environments:\n  tools: 1\n', 'line 2'],
  ])('leaves the file %j as it is', async (text, sentence) => {
    write('slipway.yml', text);
    const { code, err } = await init('-c', 'tools');
    expect(err).toContain(sentence);
    expect(code).not.toBe(0);
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });
});

describe('slipway init --from copilot', () => {
  const manifest = (name: string, type: string): void =>
    write(
      `copilot/${name}/manifest.yml`,
      `# The manifest.\nname: ${name}\ntype: ${type}\nimage:\n  port: 80\n`,
    );

  async function runAs(cluster: string, service: string): Promise<void> {
    const { services } = await ecs.send(
      new DescribeServicesCommand({ cluster: 'tools', services: ['dashboard'] }),
    );
    const [{ taskDefinition, networkConfiguration } = {}] = services ?? [];
    await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
    await ecs.send(
      new CreateServiceCommand({
        cluster,
        serviceName: service,
        taskDefinition,
        networkConfiguration,
        launchType: 'FARGATE',
        desiredCount: 1,
      }),
    );
  }

  beforeEach(() => {
    write('copilot/.workspace', 'application: shop\n');
    manifest('web', 'Load Balanced Web Service');
    manifest('mailer', 'Worker Service');
    manifest('report', 'Scheduled Job');
    write('copilot/environments/test/manifest.yml', 'name: test\ntype: Environment\n');
    write('copilot/environments/prod/manifest.yml', 'name: prod\ntype: Environment\n');
  });

  it('writes what runs of its services, and says what it left out', async () => {
    await runAs('shop-test-Cluster-9F7Y0RLP60R7', 'shop-test-web-Service-FfnYvDnRs2cZ');
    const { code, err } = await init('--from', 'copilot');
    expect(code).toBe(0);
    expect(readProjectFile(file()).environments).toEqual({
      test: {
        account: '123456789012',
        region: 'us-east-1',
        cluster: 'shop-test-Cluster-9F7Y0RLP60R7',
        services: {
          'shop-test-web-Service-FfnYvDnRs2cZ': { containers: { app: { repository: 'dashboard' } } },
        },
        rules: { environment: 'development' },
      },
    });
    expect(err.trim().split('\n')).toEqual([
      'report is left out: a Scheduled Job is not a service that Slipway deploys.',
      'mailer does not run in test, so it is left out there.',
      'prod has no cluster in sandbox, us-east-1. Run this for its account and region too.',
    ]);
  });

  it('is refused where none of its clusters is in the account', async () => {
    write('copilot/.workspace', 'application: other\n');
    const { code, err } = await init('--from', 'copilot');
    expect(err).toContain('No cluster of the Copilot application other is in sandbox, us-east-1.');
    expect(code).toBe(2);
  });

  it('names the line of a manifest that is not valid', async () => {
    write('copilot/web/manifest.yml', 'name: web\ntype: [a]\n');
    const { code, err } = await init('--from', 'copilot');
    expect(err).toMatch(/web\/manifest\.yml is not valid, line 2: type: /);
    expect(code).toBe(2);
  });
});
