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

  it('keeps the line ends of Windows', async () => {
    const before = '# Ours.\r\nenvironments:\r\n  production:\r\n    cluster: production\r\n';
    write('slipway.yml', before);
    expect((await init('-c', 'tools')).code).toBe(0);
    const text = readFileSync(file(), 'utf8');
    expect(text.startsWith(before)).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
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
      `# The manifest.\nname: ${name}\ntype: ${type}\nimage:\n  port: 80\nplatform: linux/arm64\nenvironments:\n  test:\n    count:\n      range: 1-3\n  prod:\n    deployment:\n      rolling: recreate\n`,
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
    expect(err).toMatch(/web\/manifest\.yml is not valid, line 2: type must be a string/);
    expect(code).toBe(2);
  });
});

describe('slipway init --from scripts', () => {
  const read = (...args: readonly string[]) => run(['init', '--from', 'scripts', ...args], { folder });
  const environments = () => readProjectFile(file()).environments;
  const registry = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

  it('reads a shell script with its variables, task definition and images, and says where', async () => {
    write(
      'scripts/deploy.sh',
      [
        '#!/usr/bin/env bash',
        'set -e',
        `CLUSTER="\${1:-orders-live}"`,
        'export AWS_REGION=eu-west-1',
        `IMAGE=${registry}/shop/orders:$(git rev-parse --short HEAD)`,
        'docker build -t "$IMAGE" . && docker push "$IMAGE"',
        'aws ecs register-task-definition --cli-input-json file://ecs/orders.json',
        'aws ecs update-service \\',
        '  --cluster "$CLUSTER" --force-new-deployment \\',
        '  --service orders-api',
      ].join('\n'),
    );
    write(
      'ecs/orders.json',
      JSON.stringify({ containerDefinitions: [{ name: 'api', image: `${registry}/shop/orders:1` }] }),
    );
    const { code, err } = await read();
    expect(err.trim().split('\n')).toEqual([
      'scripts/deploy.sh:8: the service orders-api of the cluster orders-live.',
      'scripts/deploy.sh:4: the region eu-west-1.',
      'scripts/deploy.sh:6: the repository shop/orders.',
    ]);
    expect(code).toBe(0);
    expect(environments()).toEqual({
      'orders-live': {
        account: '123456789012',
        region: 'eu-west-1',
        cluster: 'orders-live',
        services: { 'orders-api': { containers: { api: { repository: 'shop/orders' } } } },
        rules: {},
      },
    });
  });

  it('reads a GitHub workflow with the actions of ECS', async () => {
    write(
      '.github/workflows/release.yml',
      [
        'env:',
        '  CLUSTER: north # the new one',
        '  REPOSITORY: mail/sender',
        'jobs:',
        '  release:',
        '    steps:',
        '      - uses: aws-actions/configure-aws-credentials@v5',
        '        with: { role-to-assume: "arn:aws:iam::210987654321:role/github", aws-region: us-west-2 }',
        '      - id: render',
        '        uses: aws-actions/amazon-ecs-render-task-definition@v1',
        '        with:',
        '          task-definition: task.json',
        '          container-name: sender',
        `          image: \${{ steps.login.outputs.registry }}/\${{ env.REPOSITORY }}:\${{ github.sha }}`,
        '      - uses: aws-actions/amazon-ecs-deploy-task-definition@v2',
        '        with:',
        '          service: mail',
        `          task-definition: \${{ steps.render.outputs.task-definition }}`,
        `          cluster: \${{ env.CLUSTER }}`,
      ].join('\n'),
    );
    const { code, err } = await read('--name', 'live');
    expect(err).toContain('.github/workflows/release.yml:17: the service mail of the cluster north.');
    expect(code).toBe(0);
    expect(environments().live).toMatchObject({
      region: 'us-west-2',
      cluster: 'north',
      services: { mail: { containers: { sender: { repository: 'mail/sender' } } } },
    });
  });

  it.each([
    [
      'buildspec.yml',
      'phases:\n  build:\n    commands:\n      - aws --region us-east-2 ecs update-service --cluster c1 --service s1\n',
      { region: 'us-east-2', cluster: 'c1' },
    ],
    [
      'Jenkinsfile',
      `environment {\n  PLACE = 'c1'\n}\nsh "aws ecs update-service --cluster \${PLACE} --service s1"\r\n`,
      { cluster: 'c1' },
    ],
    [
      'deploy.sh',
      'ecs-deploy -k KEY -s SECRET -r us-east-2 -p acme -c c1 -n s1 -i my.private.repo/app:$TAG -t 240\n',
      { region: 'us-east-2', profile: 'acme', cluster: 'c1' },
    ],
    ['Makefile', 'release:\n\taws ecs update-service --service=s1\n', { cluster: 'default' }],
    [
      'ci/release.mk',
      `release: image\n\t@aws $(OPTIONS) ecs update-service --cluster \${CLUSTER_$(STAGE)} \\\n\t  --service $(NAME)\n` +
        'OPTIONS = --region us-east-2\nSTAGE ?= prod\nCLUSTER_prod := c1\nCLUSTER_dev := c2\nNAME = s1\n',
      { cluster: 'c1', region: 'us-east-2' },
    ],
  ])('reads %s, also with the images of docker-compose', async (path, text, expected) => {
    write(path, text);
    write(
      'docker-compose.yml',
      `services:\n  web:\n    image: ${registry}/shop/web:\${TAG}\n  db:\n    image: postgres:17\n`,
    );
    const { code, err } = await read('--name', 'one');
    expect(code).toBe(0);
    expect(err).not.toMatch(/KEY|SECRET/);
    expect(environments().one).toMatchObject({
      ...expected,
      services: { s1: { containers: { web: { repository: 'shop/web' } } } },
    });
  });

  it('reads what only the parser of YAML can: folded commands, flow maps, anchors, and values on the next line', async () => {
    write(
      '.gitlab-ci.yml',
      [
        'variables: { AWS_REGION: eu-west-1, TARGET: &cluster "orders: live" }',
        '.place: &place',
        '  CLUSTER:',
        '    orders-live # not the one above',
        'deploy:',
        '  variables:',
        '    <<: *place',
        '    SERVICE: "api"',
        '  script:',
        '    - aws ecs update-service',
        '      --cluster "$CLUSTER"',
        '      --service "$SERVICE"',
        '    - >-',
        '      aws ecs update-service',
        '      --cluster $CLUSTER',
        '      --service worker',
        '    - |',
        '      # aws ecs update-service --cluster c --service of-a-comment',
        '      aws ecs update-service --cluster $CLUSTER \\',
        '        --service last',
      ].join('\n'),
    );
    const { code, err } = await read('--name', 'live');
    expect(
      err
        .trim()
        .split('\n')
        .filter((each) => each.includes('the service')),
    ).toEqual([
      '.gitlab-ci.yml:10: the service api of the cluster orders-live.',
      '.gitlab-ci.yml:14: the service worker of the cluster orders-live.',
      '.gitlab-ci.yml:19: the service last of the cluster orders-live.',
    ]);
    expect(code).toBe(0);
    expect(Object.keys(environments().live?.services ?? {})).toEqual(['api', 'worker', 'last']);
  });

  it('takes the settings of an action from its step only, wherever `uses` is written', async () => {
    write(
      '.github/workflows/release.yaml',
      [
        'jobs:',
        '  release:',
        '    steps:',
        '      - with: { cluster: north, service: mail }',
        '        uses: aws-actions/amazon-ecs-deploy-task-definition@v2',
        '      - uses: some/other@v1',
        '        with: { cluster: south, service: none }',
        `      - run: 'echo "uses: aws-actions/amazon-ecs-deploy-task-definition@v2"'`,
      ].join('\n'),
    );
    const { err } = await read('--print');
    expect(err.trim()).toBe('.github/workflows/release.yaml:4: the service mail of the cluster north.');
  });

  it('names the line of a workflow that is not valid YAML, and leaves it out', async () => {
    write('deploy.sh', 'aws ecs update-service --cluster c1 --service s1\n');
    write('.github/workflows/broken.yml', 'jobs:\n  a: "open\n');
    const { code, err } = await read('--print');
    expect(err).toMatch(/\.github\/workflows\/broken\.yml:\d is left out: this is not valid YAML/);
    expect(code).toBe(0);
  });

  it('reads the images of a Makefile, and takes none of its functions and shell variables for a name', async () => {
    write(
      'Makefile',
      `TAG := $(shell git rev-parse --short HEAD)\nIMAGE = ${registry}/shop/$(NAME):$(TAG)\nNAME = web\n` +
        'deploy:\n\t-docker build -t $(IMAGE) .\n\t@aws ecs update-service --cluster c1 --service $(NAME)\n' +
        '\tfor s in a b; do aws ecs update-service --cluster c1 --service $$s; done\n' +
        '\taws ecs update-service --cluster c1 --service $@\n',
    );
    const { code, err } = await read('--name', 'live');
    expect(code).toBe(0);
    expect(Object.keys(environments().live?.services ?? {})).toEqual(['web']);
    expect(err).toMatch(/Makefile:5: .*shop\/web/);
    expect(err).toMatch(/Makefile:7: the service is only known when the script runs/);
    expect(err).toMatch(/Makefile:8: the service is only known when the script runs/);
  });

  it('says what is only known when a script runs, and writes nothing', async () => {
    write(
      'deploy.sh',
      'for each in a b; do\n  aws ecs update-service --cluster "$1" --service $each\ndone\n',
    );
    const { code, err } = await read();
    expect(err).toContain('deploy.sh:2: the service is only known when the script runs');
    expect(code).toBe(2);
    expect(() => readFileSync(file())).toThrow('ENOENT');
  });

  it('runs nothing, leaves the folder for no file, and reads hostile files in time', async () => {
    const line = 'aws ecs update-service --cluster c1 --service s1 --cli-input-json';
    write(
      'deploy.sh',
      `X=$(touch hacked)\n${line} file://../../etc/passwd.json\naws ecs register-task-definition --cli-input-json file://../x.json\n`,
    );
    write('scripts/large.sh', 'a'.repeat(300_000));
    for (const [at, text] of ['"${a:-', '${a', '\\\n', "sh 'aws ", 'a: ', '$(', '- uses: '].entries()) {
      write(`scripts/hostile${at}.sh`, text.repeat(Math.floor(250_000 / text.length)));
    }
    const { code, err } = await read('--print');
    expect(err).toContain('deploy.sh:3: the task definition ../x.json is not a file of the folder.');
    expect(err).toContain('scripts/large.sh is left out: it is larger than 256 KiB.');
    expect(code).toBe(0);
    expect(() => readFileSync(join(folder, 'hacked'))).toThrow('ENOENT');
  });
});
