import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { Client } from '../../../shared/client.ts';
import type { SearchPlace, SearchResult } from '../../../shared/model/search.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { openSlipwayWithProfiles, type Slipway } from '../testing/slipway.ts';

const cleanUps: (() => unknown)[] = [];
let home: string;
let demo: TestSandbox;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'search-'));
  cleanUps.push(() => rm(home, { recursive: true }));
  await mkdir(join(home, '.aws'));
  demo = await aSandbox('demo');
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function aSandbox(scenario: 'demo' | 'empty' | 'express'): Promise<TestSandbox> {
  const sandbox = await startTestSandbox({ scenario });
  cleanUps.push(() => sandbox.close());
  return sandbox;
}

/** A profile whose calls go to a sandbox. */
function profile(name: string, endpoint: string, more: readonly string[] = [], key = 'sandbox'): string {
  return [
    `[profile ${name}]`,
    'region = us-east-1',
    `aws_access_key_id = ${key}`,
    `aws_secret_access_key = ${key}`,
    `endpoint_url = ${endpoint}`,
    ...more,
    '',
  ].join('\n');
}

async function writeProfiles(...profiles: readonly string[]): Promise<void> {
  await writeFile(join(home, '.aws', 'config'), profiles.join('\n'));
}

async function aSlipway(): Promise<Slipway> {
  const slipway = await openSlipwayWithProfiles(home);
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await slipway.close();
  };
  cleanUps.push(close);
  return { ...slipway, close };
}

async function refresh({ client }: { readonly client: Client }, revisions = true) {
  const events: SearchPlace[] = [];
  const onEvent = (place: SearchPlace): void => void events.push(place);
  const places = await client.call('search.refresh', { revisions }, { onEvent });
  return { places, events };
}

async function find(
  { client }: { readonly client: Client },
  text: string,
  kinds?: readonly SearchResult['kind'][],
) {
  const { results } = await client.call('search.find', kinds === undefined ? { text } : { text, kinds });
  return results;
}

/** A service `name` in a cluster of a region of a sandbox. */
async function createService(
  sandbox: TestSandbox,
  region: string,
  cluster: string,
  name: string,
): Promise<void> {
  const ecs = new ECSClient({ endpoint: sandbox.endpoint, region, credentials: sandbox.credentials });
  cleanUps.push(() => ecs.destroy());
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: name,
      containerDefinitions: [{ name: 'app', image: 'public.ecr.aws/docker/library/nginx:1', memory: 128 }],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({ cluster, serviceName: name, taskDefinition: name, desiredCount: 0 }),
  );
}

const placesOf = (results: readonly SearchResult[]): readonly string[] =>
  results.map(({ account, region }) => `${account} ${region}`);

it('search finds nothing before names were read, and afterwards services of every account by their place', async () => {
  const other = await aSandbox('empty');
  await createService(other, 'us-east-1', 'shop', 'checkout');
  await writeProfiles(profile('demo', demo.endpoint), profile('other', other.endpoint));
  const slipway = await aSlipway();
  await expect(find(slipway, 'checkout')).resolves.toEqual([]);

  const { places, events } = await refresh(slipway);
  expect(places).toMatchObject([
    { account: 'profile:demo', region: 'us-east-1', state: 'read' },
    { account: 'profile:other', region: 'us-east-1', state: 'read' },
  ]);
  expect(events[0]).toMatchObject({ state: 'reading' });
  const services = await find(slipway, 'checkout', ['service']);
  expect(services).toMatchObject([
    { account: 'profile:demo', cluster: 'production', service: 'checkout', readAt: expect.any(String) },
    { account: 'profile:demo', cluster: 'staging', service: 'checkout' },
    { account: 'profile:other', cluster: 'shop', service: 'checkout' },
  ]);
  await expect(find(slipway, 'checkout shop', ['service'])).resolves.toHaveLength(1);
});

it('search finds a stopped task that was listed, by the start of its id', async () => {
  await writeProfiles(profile('demo', demo.endpoint));
  const slipway = await aSlipway();
  const ecs = new ECSClient(demo);
  cleanUps.push(() => ecs.destroy());
  const [cluster, service] = ['tools', 'dashboard'];
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName: service }));
  const [task = ''] = taskArns;
  await ecs.send(new StopTaskCommand({ cluster, task }));
  const id = task.slice(task.lastIndexOf('/') + 1);
  const place = { account: 'profile:demo', region: 'us-east-1', cluster, service };
  const listed = eventually(async () => {
    const tasks = await slipway.client.call('services.tasks', place);
    expect(tasks).toContainEqual(expect.objectContaining({ id, lastStatus: 'STOPPED' }));
  });
  await demo.clock.runUntil(listed);
  await expect(find(slipway, id.slice(0, 8))).resolves.toMatchObject([{ ...place, kind: 'task', task: id }]);
});

it('search finds clusters, families, repositories, and images by tag, digest and commit', async () => {
  await writeProfiles(profile('demo', demo.endpoint));
  const slipway = await aSlipway();
  const scope = { account: 'profile:demo', region: 'us-east-1' };
  // The page of a repository reads the labels of its images.
  const images = await slipway.client.call('images.list', { ...scope, repository: 'web' });
  await refresh(slipway);

  await expect(find(slipway, 'production', ['cluster'])).resolves.toMatchObject([{ cluster: 'production' }]);
  await expect(find(slipway, 'legacy-cart', ['family'])).resolves.toMatchObject([{ family: 'legacy-cart' }]);
  await expect(find(slipway, 'web', ['repository'])).resolves.toMatchObject([{ repository: 'web' }]);
  const image = images.find(({ tags, commit }) => tags.length > 0 && commit !== undefined);
  const { digest = '', tags: [tag = ''] = [], commit = '' } = image ?? {};
  for (const text of [`web:${tag}`, `web ${tag}`, digest, digest.slice(7, 19), commit.slice(0, 7)]) {
    const found = await find(slipway, text, ['image']);
    expect({ text, found }).toMatchObject({
      text,
      found: expect.arrayContaining([expect.objectContaining({ digest })]),
    });
  }
});

it('search finds the services of all accounts that run an image by its digest, its commit and its tag', async () => {
  await writeProfiles(profile('demo', demo.endpoint), profile('other', demo.endpoint));
  const slipway = await aSlipway();
  await refresh(slipway);
  const service = { account: 'profile:demo', region: 'us-east-1', cluster: 'tools', service: 'dashboard' };
  const { runs } = await slipway.client.call('services.get', service);
  const { image = '', digests = [] } = runs[0] ?? {};
  const { digest = '', facts } = digests[0] ?? {};
  const commit = facts?.commit ?? 'the commit is missing';
  const tagged = image.slice(image.indexOf('/') + 1);
  for (const text of [digest, digest.slice(7, 19), commit, commit.slice(0, 7), tagged, `${tagged} tools`]) {
    const found = await find(slipway, text, ['running']);
    expect({ text, found }).toMatchObject({
      text,
      found: expect.arrayContaining([
        expect.objectContaining({ ...service, container: 'app', image, digest, commit }),
        expect.objectContaining({ account: 'profile:other', service: 'dashboard' }),
      ]),
    });
  }
  await expect(find(slipway, 'dashboard', ['running'])).resolves.toEqual([]);
});

it('images.where lists what runs images of a repository in all accounts, without a call', async () => {
  await writeProfiles(profile('demo', demo.endpoint), profile('other', demo.endpoint));
  const slipway = await aSlipway();
  await refresh(slipway);
  const scope = { account: 'profile:demo', region: 'us-east-1' };
  const repositories = await slipway.client.call('repositories.list', scope);
  const uri = repositories.find(({ name }) => name === 'dashboard')?.uri ?? '';
  const before = demo.calls().length;
  const { uses } = await slipway.client.call('images.where', { uri });
  // The demo has older revisions of the repository besides.
  const found = uses.filter(({ kind }) => kind !== 'revision');
  expect(found).toMatchObject(
    ['profile:demo', 'profile:other'].map((account) => ({
      kind: 'service',
      account,
      cluster: 'tools',
      service: 'dashboard',
      revision: expect.stringMatching(/^dashboard:\d+$/),
    })),
  );
  // The same image may run under another address.
  const digests = found.flatMap(({ digest = '' }) => digest);
  const elsewhere = { uri: 'registry.example/dashboard', digests };
  expect((await slipway.client.call('images.where', elsewhere)).uses).toEqual(found);
  expect(demo.calls().length).toBe(before);
});

it('images.where lists deployments in progress, and what starts tasks by itself', async () => {
  await writeProfiles(profile('demo', demo.endpoint));
  const ecs = new ECSClient({ endpoint: demo.endpoint, region: demo.region, credentials: demo.credentials });
  const image = 'registry.example/jobs:7';
  const containerDefinitions = [{ name: 'app', image, memory: 64, portMappings: [{ containerPort: 3000 }] }];
  await ecs.send(new RegisterTaskDefinitionCommand({ family: 'nightly', containerDefinitions }));
  await ecs.send(new RegisterTaskDefinitionCommand({ family: 'unused', containerDefinitions }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'dashboard',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      containerDefinitions,
    }),
  );
  await ecs.send(
    new UpdateServiceCommand({ cluster: 'tools', service: 'dashboard', taskDefinition: 'dashboard' }),
  );
  ecs.destroy();
  const schedules = new SchedulerClient({
    endpoint: demo.endpoint,
    region: demo.region,
    credentials: demo.credentials,
  });
  await schedules.send(
    new CreateScheduleCommand({
      Name: 'nightly',
      ScheduleExpression: 'rate(1 day)',
      State: 'DISABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/tools',
        RoleArn: 'arn:aws:iam::123456789012:role/starter',
        EcsParameters: {
          TaskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/nightly',
        },
      },
    }),
  );
  schedules.destroy();
  const slipway = await aSlipway();
  await refresh(slipway);
  const { uses, notRead } = await slipway.client.call('images.where', { uri: 'registry.example/jobs' });
  expect(notRead).toEqual([]);
  expect(uses).toMatchObject([
    { kind: 'deployment', cluster: 'tools', service: 'dashboard', container: 'app', image },
    { kind: 'schedule', source: 'the schedule nightly', isDisabled: true, revision: 'nightly:1', image },
    // Revisions that one of the others runs are not named again.
    { kind: 'revision', revision: 'unused:1', container: 'app', image },
  ]);
});

it('images.where lists the managed daemons that run an image, also after their page was read, and names one that it may not describe', async () => {
  const sandbox = await aSandbox('express');
  await writeProfiles(profile('shop', sandbox.endpoint));
  const slipway = await aSlipway();
  await refresh(slipway);
  const scope = { account: 'profile:shop', region: sandbox.region };
  const [repository] = (await slipway.client.call('repositories.list', scope)).filter(
    ({ name }) => name === 'log-agent',
  );
  const uri = repository?.uri ?? '';
  const daemon = {
    kind: 'daemon',
    cluster: 'storefront',
    daemon: 'log-agent',
    revision: 'log-agent:2',
    container: 'agent',
    image: `${uri}:2.1.0`,
    digest: expect.stringMatching(/^sha256:/),
  };
  expect(await slipway.client.call('images.where', { uri })).toMatchObject({ uses: [daemon], notRead: [] });
  await slipway.client.call('daemons.list', { ...scope, cluster: 'storefront' });
  expect((await slipway.client.call('images.where', { uri })).uses).toMatchObject([daemon]);

  const refusing = await startTestSandbox({ scenario: 'express', deniedActions: ['ecs:DescribeDaemon'] });
  await writeProfiles(profile('shop', refusing.endpoint));
  const narrow = await aSlipway();
  await refresh(narrow);
  expect((await narrow.client.call('images.where', { uri })).notRead).toMatchObject([
    { what: 'the daemon log-agent', problem: expect.stringContaining('ecs:DescribeDaemon') },
  ]);
  await expect(find(narrow, 'log-agent', ['daemon'])).resolves.toMatchObject([{ daemon: 'log-agent' }]);
});

it('revisions are described for images.where alone, and what has been read is there with how many are left', async () => {
  const sandbox = await aSandbox('empty');
  const { endpoint, region, credentials } = sandbox;
  const ecs = new ECSClient({ endpoint, region, credentials });
  const containerDefinitions = [{ name: 'app', image: 'registry.example/jobs:7', memory: 64 }];
  const register = (family: string) =>
    ecs.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions }));
  for (let index = 0; index < 99; index += 1) await register(`job-${index}`);
  for (let revision = 1; revision <= 3; revision += 1) await register('older');
  ecs.destroy();
  await writeProfiles(profile('jobs', endpoint));
  const slipway = await aSlipway();
  const described = () =>
    sandbox.calls().filter(({ operation }) => operation === 'DescribeTaskDefinition').length;
  const where = () => slipway.client.call('images.where', { uri: 'registry.example/jobs' });
  await refresh(slipway, false);
  expect(described()).toBe(0);

  const seen: ReturnType<typeof where>[] = [];
  await slipway.client.call(
    'search.refresh',
    { revisions: true },
    { onEvent: () => void seen.push(where()) },
  );
  expect(described()).toBe(102);
  expect((await where()).notRead).toEqual([]);
  const answers = await Promise.all(seen);
  const first = answers.find(({ notRead }) => notRead.length > 0);
  expect(first?.notRead).toMatchObject([{ problem: '2 of 102 revisions have not been read yet.' }]);
  // The newest of each family comes first.
  const older = first?.uses.filter(({ revision }) => revision?.startsWith('older:'));
  expect(older).toMatchObject([{ revision: 'older:3' }]);
});

it('a second search sends nothing while the names are fresh', async () => {
  await writeProfiles(profile('demo', demo.endpoint));
  const slipway = await aSlipway();
  await refresh(slipway);
  const before = demo.calls().length;
  expect(before).toBeGreaterThan(5);
  const { events } = await refresh(slipway);
  await find(slipway, 'web');
  expect(demo.calls()).toHaveLength(before);
  expect(events).toMatchObject([{ state: 'read' }]);
});

it('two searches at the same time share one reading', async () => {
  await writeProfiles(profile('demo', demo.endpoint));
  const slipway = await aSlipway();
  await Promise.all([refresh(slipway), refresh(slipway)]);
  const lists = demo.calls().filter(({ operation }) => operation === 'ListClusters');
  expect(lists).toHaveLength(1);
});

it('names of the last visit are found at once after a restart, each with the time when it was read', async () => {
  await writeProfiles(profile('demo', demo.endpoint));
  const before = await aSlipway();
  await refresh(before);
  const [kept] = await find(before, 'checkout production', ['service']);
  await before.close();
  const calls = demo.calls().length;
  const after = await aSlipway();
  await expect(find(after, 'checkout production', ['service'])).resolves.toEqual([kept]);
  expect(demo.calls()).toHaveLength(calls);
});

it('names from another endpoint of the same profile are not found', async () => {
  await writeProfiles(profile('demo', demo.endpoint));
  const before = await aSlipway();
  await refresh(before);
  await before.close();
  const other = await aSandbox('empty');
  await writeProfiles(profile('demo', other.endpoint));
  await expect(find(await aSlipway(), 'checkout')).resolves.toEqual([]);
});

it('a region counts once its clusters have been looked at', async () => {
  await createService(demo, 'eu-west-1', 'shop', 'zahlung');
  await writeProfiles(profile('demo', demo.endpoint));
  const slipway = await aSlipway();
  await refresh(slipway);
  await expect(find(slipway, 'zahlung')).resolves.toEqual([]);
  await slipway.client.call('clusters.list', { account: 'profile:demo', region: 'eu-west-1' });
  const { places } = await refresh(slipway);
  expect(places.map(({ region }) => region)).toEqual(['us-east-1', 'eu-west-1']);
  expect(placesOf(await find(slipway, 'zahlung', ['service']))).toEqual(['profile:demo eu-west-1']);
});

it('what a page has read is found without a request, and what it no longer lists is not', async () => {
  const other = await aSandbox('empty');
  await createService(other, 'us-east-1', 'shop', 'checkout');
  await writeProfiles(profile('other', other.endpoint));
  const slipway = await aSlipway();
  const cluster = { account: 'profile:other', region: 'us-east-1', cluster: 'shop' };
  await slipway.client.call('services.list', cluster);
  await expect(find(slipway, 'check', ['service'])).resolves.toHaveLength(1);
  const ecs = new ECSClient({
    endpoint: other.endpoint,
    region: 'us-east-1',
    credentials: other.credentials,
  });
  cleanUps.push(() => ecs.destroy());
  await ecs.send(new DeleteServiceCommand({ cluster: 'shop', service: 'checkout', force: true }));
  await other.clock.advanceUntil(async () => {
    await slipway.client.call('services.list', cluster);
    expect(await find(slipway, 'check', ['service'])).toEqual([]);
  });
});

describe('an account that cannot be read', () => {
  it('is named with its reason, and the others answer', async () => {
    await writeProfiles(
      profile('demo', demo.endpoint),
      profile('far', 'http://127.0.0.1:1'),
      profile('old', demo.endpoint, [], 'expired'),
      '[profile without-keys]\nregion = us-east-1\n',
    );
    const slipway = await aSlipway();
    const { places } = await refresh(slipway);
    const byAccount = new Map(places.map((place) => [place.account, place]));
    expect(byAccount.get('profile:demo')).toMatchObject({ state: 'read' });
    expect(byAccount.get('profile:far')).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining("Couldn't reach 127.0.0.1:1"),
    });
    expect(byAccount.get('profile:old')).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining('have expired'),
    });
    expect(byAccount.get('profile:without-keys')).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining('has no credentials'),
    });
    expect(new Set((await find(slipway, 'checkout')).map(({ account }) => account))).toEqual(
      new Set(['profile:demo']),
    );
  });

  it('is still found by the names that were read before', async () => {
    await writeProfiles(profile('demo', demo.endpoint));
    const before = await aSlipway();
    await refresh(before);
    await before.close();
    await writeProfiles(profile('demo', demo.endpoint, [], 'expired'));
    const after = await aSlipway();
    await after.client
      .call('clusters.list', { account: 'profile:demo', region: 'us-east-1' })
      .catch(() => undefined);
    await expect(find(after, 'checkout production', ['service'])).resolves.toHaveLength(1);
  });

  it('is not signed in to by a search when that may ask a person', async () => {
    const touched = join(home, 'touched');
    const process = join(home, 'sign-in.sh');
    await writeFile(
      process,
      `#!/bin/sh\ntouch ${touched}\necho '{"Version":1,"AccessKeyId":"sandbox","SecretAccessKey":"sandbox"}'\n`,
      { mode: 0o755 },
    );
    await writeProfiles(
      `[profile asking]\nregion = us-east-1\nendpoint_url = ${demo.endpoint}\ncredential_process = ${process}\n`,
      profile('base', demo.endpoint),
      `[profile coded]\nregion = us-east-1\nendpoint_url = ${demo.endpoint}\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/ana\n`,
    );
    const slipway = await aSlipway();
    const { places } = await refresh(slipway);
    expect(places.map(({ account, state }) => [account, state])).toEqual([
      ['profile:asking', 'sign-in'],
      ['profile:base', 'read'],
      ['profile:coded', 'sign-in'],
    ]);
    expect(places[0]?.problem).toContain('Open the account');
    await expect(rm(touched)).rejects.toThrow('ENOENT');

    // The person opens it and lets its command run: from then on search reads it.
    const watching = slipway.client.call(
      'prompts.watch',
      {},
      {
        onEvent: ({ id, over }) => {
          if (!over) void slipway.client.call('prompts.answer', { id, answer: 'run' });
        },
      },
    );
    watching.catch(() => undefined);
    await slipway.client.call('clusters.list', { account: 'profile:asking', region: 'us-east-1' });
    const after = await refresh(slipway);
    expect(after.places[0]).toMatchObject({ account: 'profile:asking', state: 'read' });
  });
});

it('a search that is closed stops reading', async () => {
  await writeProfiles(profile('demo', demo.endpoint));
  const slipway = await aSlipway();
  const closing = new AbortController();
  const reading = slipway.client.call(
    'search.refresh',
    {},
    { signal: closing.signal, onEvent: () => closing.abort() },
  );
  await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
  const { places } = await refresh(slipway);
  expect(places).toMatchObject([{ state: 'read' }]);
  await eventually(async () =>
    expect(await find(slipway, 'checkout production', ['service'])).toHaveLength(1),
  );
});

it('recent services come first among those that match as well', async () => {
  const other = await aSandbox('empty');
  await createService(other, 'us-east-1', 'shop', 'billing-web');
  await createService(other, 'us-east-1', 'yard', 'billing-web');
  await writeProfiles(profile('other', other.endpoint));
  const slipway = await aSlipway();
  await refresh(slipway);
  const yard = { account: 'profile:other', region: 'us-east-1', cluster: 'yard', service: 'billing-web' };
  const clusters = async (recent: readonly (typeof yard)[]) => {
    const { results, totals } = await slipway.client.call('search.find', {
      text: 'billing',
      kinds: ['service'],
      recent,
    });
    expect(totals).toEqual([{ kind: 'service', total: 2 }]);
    return results.map((each) => each.kind === 'service' && each.cluster);
  };
  await expect(clusters([])).resolves.toEqual(['shop', 'yard']);
  await expect(clusters([yard])).resolves.toEqual(['yard', 'shop']);
});
