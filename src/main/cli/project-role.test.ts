import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../sandbox/testing/sandbox.ts';
import { createEngine } from '../engine/engine.ts';
import { createKnownSecrets } from '../engine/ports/known-secrets.ts';
import { openSlipwayWithProfiles, type Slipway } from '../engine/testing/slipway.ts';
import { run } from './testing/run.ts';

const ROLE = 'arn:aws:iam::123456789012:role/deployer';
const ACCOUNT = `role:${ROLE} ci`;

let folder: string;
let repository: string;
let sandbox: TestSandbox;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-role-'));
  repository = join(folder, 'shop');
  mkdirSync(join(folder, '.aws'));
  mkdirSync(join(repository, '.git'), { recursive: true });
  sandbox = await startTestSandbox({ scenario: 'demo' });
  const { endpoint, credentials } = sandbox;
  const keys = `aws_access_key_id = ${credentials.accessKeyId}\naws_secret_access_key = ${credentials.secretAccessKey}`;
  const profile = `[profile ci]\nregion = us-east-1\nendpoint_url = ${endpoint}\n${keys}\n`;
  writeFileSync(join(folder, '.aws', 'config'), profile);
  writeProject();
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

function writeProject(role = ROLE, rules = '{ readOnly: true }', account = '123456789012'): void {
  const place = `account: "${account}", region: us-east-1, cluster: tools`;
  const environment = `profile: ci, role: "${role}", ${place}, rules: ${rules}`;
  writeFileSync(join(repository, 'slipway.yml'), `environments:\n  tools: { ${environment} }\n`);
}

async function status(args: readonly string[]) {
  const environment = { HOME: folder };
  return run(['status', ...args], {
    folder: repository,
    environment,
    openEngine: ({ project }) =>
      createEngine({
        environment,
        paths: { data: join(folder, 'data') },
        clock: { now: () => new Date() },
        logger: pino({ level: 'silent' }),
        secrets: createKnownSecrets(),
        host: { host: 'cli', version: '1.2.3' },
        accounts: [],
        ...(project === undefined ? {} : { project }),
      }),
  });
}

describe('the role of an environment of slipway.yml', () => {
  it('is assumed with the credentials of the profile by a command with --env', async () => {
    const { code, out } = await status(['--env', 'tools', '--json']);
    expect(code).toBe(0);
    expect(out).toContain('dashboard');
    expect(sandbox.calls().some(({ operation }) => operation === 'AssumeRole')).toBe(true);
  });

  it('is not assumed where -p names other credentials', async () => {
    expect((await status(['--env', 'tools', '-p', 'ci', '--json'])).code).toBe(0);
    expect(sandbox.calls().some(({ operation }) => operation === 'AssumeRole')).toBe(false);
  });

  it('that does not allow it exits with 6 and names the role', async () => {
    writeProject('arn:aws:iam::123456789012:role/denied');
    const { code, err } = await status(['--env', 'tools']);
    expect(code).toBe(6);
    expect(err).toContain("role/denied of slipway.yml can't be assumed with the credentials of ci");
  });

  it('of another account than the environment names exits with 6, and nothing is read with it', async () => {
    writeProject(ROLE, '{}', '222222222222');
    const { code, err } = await status(['--env', 'tools']);
    expect(code).toBe(6);
    expect(err).toContain(
      'The environment tools of slipway.yml is in the account 222222222222, but the credentials of tools (deployer) belong to the account 123456789012, so nothing was sent',
    );
    expect(sandbox.calls().map(({ operation }) => operation)).toEqual(['AssumeRole']);
  });

  it('is not used with -p, whose credentials must be of the account of the environment too', async () => {
    writeProject(ROLE, '{}', '222222222222');
    const { code, err } = await status(['--env', 'tools', '-p', 'ci']);
    expect(code).toBe(6);
    expect(err).toContain('but the credentials of ci belong to the account 123456789012');
    expect(sandbox.calls().map(({ operation }) => operation)).toEqual(['GetCallerIdentity']);
  });

  it('must be the ARN of a role, and a mistake is named with its line', async () => {
    writeProject('deployer');
    const { code, err } = await status(['--env', 'tools']);
    expect(code).toBe(2);
    expect(err).toContain('line 2: environments.tools.role is not the ARN of an IAM role');
  });
});

describe('the window reads slipway.yml of a folder that is added', () => {
  let slipway: Slipway;
  beforeEach(async () => {
    slipway = await openSlipwayWithProfiles(folder);
  });
  afterEach(() => slipway.close());

  const add = () => slipway.client.call('environments.addProject', { folder: `${repository}/` });
  const guard = () => slipway.client.call('environments.of', { account: ACCOUNT, cluster: 'tools' });

  it('its role is an account, with which AWS is asked', async () => {
    expect(await add()).toMatchObject([
      { folder: repository, environments: [{ name: 'tools', account: ACCOUNT, cluster: 'tools' }] },
    ]);
    const { accounts } = await slipway.client.call('accounts.list', {});
    expect(accounts.find(({ id }) => id === ACCOUNT)).toMatchObject({ name: 'tools (deployer)' });
    const identity = await slipway.client.call('accounts.identity', {
      account: ACCOUNT,
      region: 'us-east-1',
    });
    expect(identity.arn).toContain(':assumed-role/deployer/');
  });

  it('its rules hold for its role and its cluster only', async () => {
    await add();
    expect(await guard()).toMatchObject({ readOnly: true });
    const other = await slipway.client.call('environments.of', { account: 'profile:ci', cluster: 'tools' });
    expect(other.readOnly).toBe(false);
  });

  it('a file that breaks later names its line, and its rules stay in force', async () => {
    await add();
    await guard();
    writeFileSync(join(repository, 'slipway.yml'), 'environments:\n  tools:\n    regoin: us-east-1\n');
    const [project] = await slipway.client.call('environments.projects', {});
    expect(project?.problem).toContain('slipway.yml is not valid, line 3');
    expect(await guard()).toMatchObject({ readOnly: true });
  });

  it('a folder without a valid file is not added, and one that is removed has no rules', async () => {
    await expect(slipway.client.call('environments.addProject', { folder })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(slipway.client.call('environments.addProject', { folder: 'shop' })).rejects.toThrow(
      'is not an absolute path',
    );
    await add();
    expect(await slipway.client.call('environments.removeProject', { folder: repository })).toEqual([]);
    const { accounts } = await slipway.client.call('accounts.list', {});
    expect(accounts.map(({ id }) => id)).not.toContain(ACCOUNT);
  });
});
