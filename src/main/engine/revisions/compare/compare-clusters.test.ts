import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateServiceCommand, ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestRegistry } from '../../../../sandbox/testing/registry.ts';
import { startTestSandbox, type TestSandbox } from '../../../../sandbox/testing/sandbox.ts';
import type { ClusterComparisonEvent, ComparedService } from '../../../../shared/model/cluster-comparison.ts';
import { git, makeRepository } from '../../testing/crafted-repositories.ts';
import { openSlipwayWithProfiles, type Slipway } from '../../testing/slipway.ts';

const SOURCE = 'https://github.com/acme/shop';
const FARGATE = { launchType: 'FARGATE', desiredCount: 0 } as const;

let folder: string;
let staging: TestSandbox;
let production: TestSandbox;
let slipway: Slipway;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'slipway-clusters-')));
  staging = await startTestSandbox({ scenario: 'demo' });
  production = await startTestSandbox({ scenario: 'demo' });
  const profile = (name: string, { endpoint, credentials, region }: TestSandbox): string =>
    `[profile ${name}]\nregion = ${region}\nendpoint_url = ${endpoint}\n` +
    `aws_access_key_id = ${credentials.accessKeyId}\naws_secret_access_key = ${credentials.secretAccessKey}\n`;
  await mkdir(join(folder, '.aws'));
  await writeFile(
    join(folder, '.aws', 'config'),
    `${profile('acme-staging', staging)}${profile('acme-prod', production)}${profile('acme-admin', staging)}`,
  );
  slipway = await openSlipwayWithProfiles(folder);
});
afterEach(async () => {
  await slipway.close();
  await Promise.all([staging.close(), production.close()]);
  await rm(folder, { recursive: true });
});

const BEFORE = { account: 'profile:acme-staging', region: 'us-east-1', cluster: 'staging' };
const AFTER = { account: 'profile:acme-prod', region: 'us-east-1', cluster: 'production' };

async function compare(before = BEFORE, after = AFTER) {
  const events: ClusterComparisonEvent[] = [];
  const { rows } = await slipway.client.call(
    'clusters.compare',
    { before, after },
    { onEvent: (event) => events.push(event) },
  );
  const rowNamed = (id: string): ComparedService | undefined => rows.find((row) => row.id === id);
  return { rows, events, rowNamed };
}

/** Creates a service whose only container, named like it, runs an image that is built from a commit. */
async function createService(
  sandbox: TestSandbox,
  place: { readonly cluster: string; readonly service: string },
  {
    commit,
    region = 'us-east-1',
    more = [],
  }: {
    readonly commit: string;
    readonly region?: string;
    readonly more?: readonly { name: string; value: string }[];
  },
): Promise<void> {
  const { cluster, service } = place;
  const registry = await openTestRegistry(sandbox, []);
  const labels = { 'org.opencontainers.image.revision': commit, 'org.opencontainers.image.source': SOURCE };
  const config = Buffer.from(
    JSON.stringify({ architecture: 'amd64', os: 'linux', config: { Labels: labels } }),
  );
  const digest = await registry.pushBlob('web', config);
  const tag = `build-${commit.slice(0, 7)}`;
  await registry.pushImage('web', tag, commit, {
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: config.length },
  });
  await registry.close();
  const { endpoint, credentials, region: of } = sandbox;
  const ecs = new ECSClient({ endpoint, credentials, region: of });
  const secret = `arn:aws:secretsmanager:${region}:123456789012:secret:${cluster}/db-AbC1${cluster.slice(0, 2)}`;
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: service,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn: `arn:aws:iam::123456789012:role/${cluster}-shop-execution`,
      containerDefinitions: [
        {
          name: service,
          image: `${new URL(endpoint).host}/web:${tag}`,
          environment: [{ name: 'APP_ENV', value: cluster }, ...more],
          secrets: [{ name: 'DB', valueFrom: secret }],
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': `/ecs/${service}`,
              'awslogs-region': region,
              'awslogs-stream-prefix': cluster,
            },
          },
        },
      ],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      ...FARGATE,
      cluster,
      serviceName: service,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      networkConfiguration: { awsvpcConfiguration: { subnets: [`subnet-${cluster}`] } },
    }),
  );
  ecs.destroy();
}

/** A clone of three commits, the oldest first. */
async function makeClone(): Promise<readonly [first: string, second: string, third: string]> {
  const clone = join(folder, 'clone');
  await makeRepository(clone);
  for (const subject of ['second', 'third']) {
    await git(clone, 'commit', '--quiet', '--allow-empty', '-m', subject);
  }
  const [third = '', second = '', first = ''] = execFileSync('git', ['-C', clone, 'rev-list', 'HEAD'], {
    encoding: 'utf8',
  }).split('\n');
  await slipway.client.call('images.setClone', { repository: SOURCE, folder: clone });
  return [first, second, third];
}

describe('clusters.compare', () => {
  it('tells all rows first, then those of services that both clusters have', async () => {
    const { rows, events } = await compare();
    const [first, ...later] = events;
    expect(first?.rows.map(({ id, state }) => [id, state])).toEqual([
      ['checkout', 'reading'],
      ['images', 'only-after'],
      ['mailer', 'only-after'],
      ['pricing', 'only-after'],
      ['recommend', 'only-before'],
      ['search', 'only-after'],
      ['session', 'only-after'],
      ['web', 'reading'],
    ]);
    expect(later.at(-1)).toMatchObject({ read: 2, total: 2 });
    expect(rows.filter(({ state }) => state === 'reading')).toEqual([]);
  });

  it('names settings that differ, and counts what belongs to the account and the environment', async () => {
    const { rowNamed } = await compare();
    const names = rowNamed('checkout')?.differences.map(({ name }) => name);
    expect(names).toEqual(['REQUEST_TIMEOUT_SECONDS', 'FEATURES']);
    expect(rowNamed('checkout')?.leftOut).toBeGreaterThan(0);
  });

  it('of one cluster that two profiles reach finds all services the same', async () => {
    const tools = { ...BEFORE, cluster: 'tools' };
    const { rows } = await compare(tools, { ...tools, account: 'profile:acme-admin' });
    expect(rows.map(({ id, state }) => [id, state])).toEqual([
      ['dashboard', 'same'],
      ['recommend-trainer', 'same'],
    ]);
  });

  it('matches services and containers that are named for their environment, and counts commits by a clone', async () => {
    const [first, second, third] = await makeClone();
    await createService(staging, { cluster: 'staging', service: 'shop-staging' }, { commit: third });
    await createService(production, { cluster: 'production', service: 'shop-prod' }, { commit: first });
    const { rowNamed } = await compare();
    const row = rowNamed('shop-staging');
    expect(row).toMatchObject({ before: 'shop-staging', after: 'shop-prod', state: 'behind', settings: 0 });
    expect(row?.commits).toEqual({
      onlyBefore: 2,
      onlyAfter: 0,
      url: `${SOURCE}/compare/${first}...${third}`,
    });
    expect(row?.leftOut).toBeGreaterThan(3);

    await createService(staging, { cluster: 'tools', service: 'shop' }, { commit: second });
    const back = await compare({ ...BEFORE, cluster: 'tools' }, AFTER);
    expect(back.rowNamed('shop')).toMatchObject({ state: 'behind', commits: { onlyBefore: 1 } });
    const other = await compare(AFTER, BEFORE);
    expect(other.rowNamed('shop-prod')).toMatchObject({ state: 'ahead', commits: { onlyAfter: 2 } });
  });

  it('says that an image is another one where no clone tells the order', async () => {
    await createService(staging, { cluster: 'staging', service: 'shop' }, { commit: 'a'.repeat(40) });
    await createService(production, { cluster: 'production', service: 'shop' }, { commit: 'b'.repeat(40) });
    expect((await compare()).rowNamed('shop')).toMatchObject({
      state: 'other-image',
      commits: { url: `${SOURCE}/compare/${'b'.repeat(40)}...${'a'.repeat(40)}` },
    });
  });

  it('asks for lists and states only when it is repeated', async () => {
    await compare();
    const before = [staging.calls().length, production.calls().length];
    await compare();
    const calls = [staging, production].map((sandbox, at) =>
      sandbox
        .calls()
        .slice(before[at])
        .map(({ operation }) => operation)
        .toSorted(),
    );
    expect(calls).toEqual([
      ['DescribeServices', 'ListServices'],
      ['DescribeServices', 'ListServices'],
    ]);
  });

  it('of a cluster with itself is refused', async () => {
    await expect(compare(BEFORE, BEFORE)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('ends with the reason where a cluster does not exist', async () => {
    await expect(compare(BEFORE, { ...AFTER, cluster: 'gone' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
