import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isInstalled } from '../../../sandbox/testing/installed-program.ts';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { CLI } from '../../engine/testing/cli-process.ts';
import { openSlipway, type Slipway } from '../../engine/testing/slipway.ts';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';
import { deployScript, releaseCommands } from './deploy-script.ts';
import { iamPolicy } from './iam-policy.ts';
import { codebuildSpec, githubWorkflow, jenkinsfile } from './pipelines.ts';
import { type ReleaseTarget, readReleaseTarget } from './release-target.ts';

const ODD: ReleaseTarget = {
  accountNumber: '123456789012',
  partition: 'aws',
  region: 'eu-central-1',
  cluster: 'pro_duction-1',
  service: 'web',
  family: 'web',
  repository: 'shop/web',
  registry: '123456789012.dkr.ecr.eu-central-1.amazonaws.com',
  ecr: { account: '123456789012', region: 'eu-central-1' },
  containers: ["it's", '$(rm -rf /)', 'a b'],
  roles: ['arn:aws:iam::123456789012:role/execution'],
  hasTags: true,
  build: "./it's; $(here)",
};

let sandbox: TestSandbox;
let slipway: Slipway;
let cli: CliEngine;
let folder: string;
let ecs: ECSClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-export-'));
  sandbox = await startTestSandbox({ scenario: 'demo' });
  slipway = await openSlipway(sandbox, folder);
  cli = await openCliEngine({}, sandbox);
  ecs = new ECSClient(sandbox);
});
afterAll(async () => {
  ecs.destroy();
  await slipway.close();
  // And the sandbox with it.
  await cli.close();
  await rm(folder, { recursive: true });
});

function targetOf(service: string, cluster: string, build?: string): Promise<ReleaseTarget> {
  const scope = { account: 'sandbox', region: 'us-east-1', cluster };
  return readReleaseTarget(slipway.client, { scope, service, repository: undefined, build });
}

/** An expression of GitHub Actions. */
function expressionOf(text: string): string {
  return `\${{ ${text} }}`;
}

async function run(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const env = { PATH: process.env.PATH, HOME: folder, ...environment };
  try {
    const { stdout, stderr } = await promisify(execFile)(command, [...args], { env, cwd: folder });
    return { code: 0, stdout, stderr };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number') throw error;
    const [stdout, stderr] = ['stdout', 'stderr'].map((name) => String(Reflect.get(error, name)));
    return { code: error.code, stdout: stdout ?? '', stderr: stderr ?? '' };
  }
}

describe('what is exported of a service', () => {
  it('is read from what it runs', async () => {
    expect(await targetOf('dashboard', 'tools')).toEqual({
      accountNumber: '123456789012',
      partition: 'aws',
      region: 'us-east-1',
      cluster: 'tools',
      service: 'dashboard',
      family: 'dashboard',
      repository: 'dashboard',
      registry: new URL(sandbox.endpoint).host,
      ecr: { account: '123456789012', region: 'us-east-1' },
      containers: ['app'],
      roles: expect.arrayContaining([expect.stringMatching(/^arn:aws:iam::123456789012:role\//)]),
      hasTags: expect.any(Boolean),
      build: undefined,
    });
  });

  it('takes a host that only starts like ECR for another registry, which gets no password of ECR', async () => {
    const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.example';
    const image = `${registry}/dashboard:1`;
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'elsewhere',
        containerDefinitions: [{ name: 'app', image, memory: 128 }],
      }),
    );
    await ecs.send(
      new CreateServiceCommand({ cluster: 'tools', serviceName: 'elsewhere', taskDefinition: 'elsewhere' }),
    );
    const target = await targetOf('elsewhere', 'tools', '.');
    expect(target).toMatchObject({ registry, ecr: undefined });
    expect(releaseCommands(target)).not.toContain('get-login-password');
  });

  it('is refused where several repositories fit, with their names', async () => {
    await expect(targetOf('checkout', 'production')).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(/runs images of several repositories\. Name one with -i: \S+, \S+/),
    });
  });
});

describe('an exported script', () => {
  it.each([undefined, ODD.build])(
    'is valid bash and quotes every name, with the folder %j',
    async (build) => {
      const file = join(folder, 'odd.sh');
      await writeFile(file, deployScript({ ...ODD, build }));
      expect(await run('bash', ['-n', file])).toMatchObject({ code: 0, stderr: '' });
    },
  );

  it('is the same in the workflow, the buildspec and the Jenkinsfile', () => {
    const commands = releaseCommands(ODD);
    const workflow: unknown = parse(githubWorkflow(ODD, 'production'));
    expect(workflow).toMatchObject({
      permissions: { 'id-token': 'write', contents: 'read' },
      jobs: {
        release: {
          environment: 'production',
          steps: [
            expect.anything(),
            { with: { 'role-to-assume': expressionOf('vars.AWS_ROLE_ARN'), 'aws-region': 'eu-central-1' } },
            { shell: 'bash', env: { IMAGE_TAG: expressionOf('inputs.tag || github.sha') }, run: commands },
          ],
        },
      },
    });
    const spec: unknown = parse(codebuildSpec(ODD));
    expect(spec).toMatchObject({
      version: 0.2,
      env: { shell: 'bash' },
      phases: { build: { commands: [expect.stringContaining(commands)] } },
    });
    const [, groovy = ''] = /sh '''([\s\S]*?)(?<!\\)'''/.exec(jenkinsfile(ODD)) ?? [];
    expect(groovy.replaceAll(/\\(.)/gs, '$1')).toBe(`#!/usr/bin/env bash\n${commands}`);
  });
});

const HAS_TOOLS = ['aws', 'jq', 'bash'].every(isInstalled);

describe('slipway export', () => {
  const exported = (...args: readonly string[]) => cli.slipwayAtStandstill(['export', ...args]);

  it.each([
    ['deploy.sh', /^#!\/usr\/bin\/env bash\n/],
    ['github-actions', /^# Written by `slipway export`.*\nname: Release dashboard\n/],
    ['jenkins', /^\/\/ Written by `slipway export`.*\npipeline \{\n/],
    ['codebuild', /^# Written by `slipway export`.*\nversion: 0\.2\n/],
    ['iam-policy', /^\{\n {2}"Version": "2012-10-17"/],
  ])('prints %s of a service', async (format, text) => {
    const { code, out, err } = await exported(format, '-c', 'tools', '-n', 'dashboard');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(text);
  });

  it('takes cluster and service from slipway.yml, and the environment into the workflow', async () => {
    const text = 'environments:\n  live:\n    cluster: tools\n    services:\n      dashboard: {}\n';
    await writeFile(join(folder, 'slipway.yml'), text);
    // A process, as the folder is where it was started.
    const args = [CLI, 'export', 'github-actions', '--env', 'live', '--sandbox', sandbox.endpoint];
    const { code, stdout } = await run(process.execPath, args, { SLIPWAY_DATA: join(folder, 'data') });
    expect(code).toBe(0);
    expect(stdout).toContain('environment: live\n');
    expect(stdout).toContain('service=dashboard\n');
  });

  it.each([
    [['deploy.sh', '-c', 'tools'], 'Name the cluster with -c and the service with -n.'],
    [['make', '-c', 'tools', '-n', 'dashboard'], "'make'"],
    [['deploy.sh', '-c', 'tools', '-n', 'dashboard', '-i', 'other'], 'Name another one with -i: dashboard.'],
  ])('refuses %j with exit code 2', async (args, sentence) => {
    const { code, out, err } = await exported(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(sentence);
  });
});

describe.skipIf(!HAS_TOOLS)('deploy.sh with the real AWS command line', () => {
  const environment = (): NodeJS.ProcessEnv => ({
    PATH: [folder, process.env.PATH].join(delimiter),
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    POLL_SECONDS: '0.1',
  });

  async function deploy(target: ReleaseTarget, tag: string, more: NodeJS.ProcessEnv = {}) {
    const file = join(folder, 'deploy.sh');
    await writeFile(file, deployScript(target));
    return sandbox.clock.runUntil(run('bash', [file, tag], { ...environment(), ...more }));
  }

  async function imagesOf(service: string) {
    const { services } = await ecs.send(
      new DescribeServicesCommand({ cluster: 'tools', services: [service] }),
    );
    const taskDefinition = services?.[0]?.taskDefinition;
    const described = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }),
    );
    return described.taskDefinition?.containerDefinitions?.map(({ image }) => image);
  }

  it('builds, pushes, deploys, follows until success, and calls nothing that its policy does not allow', async () => {
    const target = await targetOf('dashboard', 'tools', '.');
    const docker = join(folder, 'docker');
    await writeFile(docker, '#!/bin/sh\n[ "$1" = login ] && cat > /dev/null\necho "$@" >> docker-calls\n');
    await chmod(docker, 0o755);
    const before = sandbox.calls().length;
    const { code, stdout, stderr } = await deploy(target, '5.2.1');
    const image = `${target.registry}/dashboard:5.2.1`;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Deployed ${image} to dashboard\n`);
    expect(await imagesOf('dashboard')).toEqual([image]);
    expect((await readFile(join(folder, 'docker-calls'), 'utf8')).split('\n')).toEqual([
      `login --username AWS --password-stdin ${target.registry}`,
      `build --tag ${image} .`,
      `push ${image}`,
      '',
    ]);
    const allowed = iamPolicy(target);
    const called = new Set(
      sandbox
        .calls()
        .slice(before)
        .map(({ operation }) => operation),
    );
    called.delete('GetCallerIdentity');
    expect(called.size).toBeGreaterThan(4);
    for (const operation of called) expect(allowed).toContain(`:${operation}"`);
  });

  it('ends with 1 when ECS rolls the deployment back, and names events', async () => {
    const target = await targetOf('dashboard', 'tools');
    // No check of the registry: only tasks find out that this image is missing.
    const { code, stderr } = await deploy({ ...target, ecr: undefined }, 'no-such-tag');
    expect(code).toBe(1);
    expect(stderr).toContain('failed or was rolled back');
  });

  it('sends nothing for a tag that does not exist, another account or a service that is gone', async () => {
    const target = await targetOf('dashboard', 'tools');
    const before = await imagesOf('dashboard');
    expect(await deploy(target, 'no-such-tag')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ImageNotFoundException'),
    });
    expect(await deploy({ ...target, accountNumber: '999999999999' }, '5.2.1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not to 999999999999. Nothing was sent.'),
    });
    expect(await deploy({ ...target, service: 'gone' }, '5.2.1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('does not exist'),
    });
    expect(await imagesOf('dashboard')).toEqual(before);
  });

  it('ends with 4 when the time is up and the deployment is in progress', async () => {
    const target = await targetOf('dashboard', 'tools');
    const file = join(folder, 'deploy.sh');
    await writeFile(file, deployScript(target));
    // The clock stands still, so that nothing starts meanwhile.
    const ended = await run('bash', [file, '5.2.0'], { ...environment(), TIMEOUT_SECONDS: '0' });
    expect(ended).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('still in progress after 0 s'),
    });
  });
});

it('the script ends with 1 for a command that fails after the registration, and with 4 where only the state could not be read', async () => {
  const bin = join(folder, 'failing');
  await mkdir(bin);
  const file = join(bin, 'deploy.sh');
  await writeFile(file, deployScript({ ...ODD, build: undefined }));
  const aws = join(bin, 'aws');
  const endWith = async (answers: string) => {
    await writeFile(aws, `#!/bin/sh\ncase "$2 $*" in\n${answers}\n*) echo '{"taskDefinition":{}}' ;; esac\n`);
    await chmod(aws, 0o755);
    const PATH = `${bin}${delimiter}${process.env.PATH}`;
    const ended = await run('bash', [file, '1'], { PATH, TIMEOUT_SECONDS: '0' });
    return ended.code;
  };
  const account = 'get-caller-identity*) echo 123456789012 ;;';
  const definition = `describe-task-definition*) echo '{"taskDefinition":{"containerDefinitions":[]}}' ;;`;
  expect(await endWith('get-caller-identity*) exit 253 ;;')).toBe(2);
  expect(await endWith(`${account}\n${definition}\nupdate-service*) exit 254 ;;`)).toBe(1);
  expect(await endWith(`${account}\n${definition}\n*rolloutState*) exit 254 ;;`)).toBe(4);
});

it('the policy names one service, one repository and the roles that are passed', () => {
  const policy: unknown = JSON.parse(iamPolicy(ODD));
  expect(policy).toMatchObject({
    Version: '2012-10-17',
    Statement: expect.arrayContaining([
      expect.objectContaining({
        Action: ['ecs:DescribeServices', 'ecs:UpdateService'],
        Resource: 'arn:aws:ecs:eu-central-1:123456789012:service/pro_duction-1/web',
      }),
      expect.objectContaining({ Action: ['iam:PassRole'], Resource: ODD.roles }),
      expect.objectContaining({
        Sid: 'Push',
        Resource: 'arn:aws:ecr:eu-central-1:123456789012:repository/shop/web',
      }),
    ]),
  });
  expect(iamPolicy({ ...ODD, build: undefined })).not.toContain('PutImage');
});
