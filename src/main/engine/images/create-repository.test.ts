import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeRepositoriesCommand,
  ECRClient,
  GetLifecyclePolicyCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { withFolder } from '../testing/killed-process.ts';
import { openSlipway, type Slipway } from '../testing/slipway.ts';

const SCOPE = { account: 'sandbox', region: 'us-east-1' };

let sandbox: TestSandbox | undefined;
afterEach(() => sandbox?.close());

async function mutabilityOf({ endpoint, region, credentials }: TestSandbox, name: string) {
  const ecr = new ECRClient({ endpoint, region, credentials });
  const found = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }));
  ecr.destroy();
  return found.repositories?.[0]?.imageTagMutability;
}

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** Neither today nor tomorrow. */
const OTHER_DAY = DAYS[(new Date().getUTCDay() + 3) % DAYS.length];

const RULES = `rules:
  - cluster: frozen
    environment: development
    readOnly: true
  - cluster: later
    environment: development
    window: { days: [${OTHER_DAY}], from: "09:00", to: "17:00", timeZone: UTC }
`;

/** With a read-only cluster, and one whose window is not now. */
async function withGuardedEngine(
  started: TestSandbox,
  use: (client: Slipway['client']) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const slipway = await openSlipway(started, folder);
    writeFileSync(join(folder, 'environments.yml'), RULES);
    await use(slipway.client);
    await slipway.close();
  });
}

describe('repositories.create', () => {
  it('creates a repository once, with immutable tags, and writes it to the journal', async () => {
    const started = await startTestSandbox({ scenario: 'demo' });
    sandbox = started;
    await withFolder(async (folder) => {
      const slipway = await openSlipway(started, folder);
      const { client } = slipway;
      const wanted = { ...SCOPE, repository: 'shop/new', tags: 'immutable' } as const;
      const both = await Promise.all([
        client.call('repositories.create', wanted),
        client.call('repositories.create', wanted),
      ]);
      expect(both.filter(({ created }) => created)).toHaveLength(1);
      expect(await client.call('repositories.create', { ...wanted, tags: 'mutable' })).toMatchObject({
        created: false,
        repository: { name: 'shop/new', tagMutability: 'IMMUTABLE' },
      });
      expect(await mutabilityOf(started, 'shop/new')).toBe('IMMUTABLE');
      const { entries } = await client.call('journal.list', { limit: 1 });
      expect(entries).toMatchObject([
        {
          state: 'done',
          title: 'Create the repository shop/new with immutable tags',
          steps: [{ operation: 'CreateRepository', state: 'done' }],
        },
      ]);
      await slipway.close();
    });
  });

  it.each([
    [
      { cluster: 'production' },
      'INVALID_INPUT',
      'because production is production. Confirm the change with shop/new.',
    ],
    [
      { cluster: 'production', service: 'web', confirmation: 'shop/new' },
      'INVALID_INPUT',
      'because production/web is production. Confirm the change with web.',
    ],
    [{ cluster: 'frozen' }, 'PREFLIGHT_FAILED', 'makes frozen read-only.'],
    [
      { cluster: 'later' },
      'PREFLIGHT_FAILED',
      `Changes of later are allowed ${OTHER_DAY} 09:00 to 17:00 (UTC) only.`,
    ],
  ])('creates nothing in the guarded place %j', async (place, code, sentence) => {
    const started = await startTestSandbox({ scenario: 'demo' });
    sandbox = started;
    await withGuardedEngine(started, async (client) => {
      const wanted = { ...SCOPE, ...place, repository: 'shop/new', tags: 'immutable' } as const;
      await expect(client.call('repositories.create', wanted)).rejects.toMatchObject({
        code,
        message: expect.stringContaining(sentence),
      });
      expect(started.calls().map(({ operation }) => operation)).not.toContain('CreateRepository');
    });
  });

  it('creates a repository in a guarded place once it is confirmed or its window is overridden', async () => {
    const started = await startTestSandbox({ scenario: 'demo' });
    sandbox = started;
    await withGuardedEngine(started, async (client) => {
      const places = [
        { cluster: 'production', repository: 'shop/one', confirmation: 'shop/one' },
        { cluster: 'production', service: 'web', repository: 'shop/two', confirmation: 'web' },
        { cluster: 'later', repository: 'shop/three', overrides: ['release-window'] },
      ];
      for (const place of places) {
        const wanted = { ...SCOPE, ...place, tags: 'immutable' } as const;
        expect(await client.call('repositories.create', wanted)).toMatchObject({ created: true });
      }
    });
  });

  it('names the missing action where it is not allowed, and creates nothing', async () => {
    const started = await startTestSandbox({ scenario: 'demo', deniedActions: ['ecr:CreateRepository'] });
    sandbox = started;
    await withFolder(async (folder) => {
      const slipway = await openSlipway(started, folder);
      const { client } = slipway;
      const created = client.call('repositories.create', {
        ...SCOPE,
        repository: 'shop/new',
        tags: 'mutable',
      });
      await expect(created).rejects.toMatchObject({
        code: 'FORBIDDEN',
        detail: { action: 'ecr:CreateRepository' },
      });
      const { entries } = await client.call('journal.list', { limit: 1 });
      expect(entries).toMatchObject([{ state: 'failed' }]);
      await slipway.close();
    });
  });
});

describe('a new repository', () => {
  const WANTED = {
    ...SCOPE,
    repository: 'shop/new',
    tags: 'immutable',
    scanOnPush: true,
    encryption: 'KMS',
    lifecycle: 'newest',
    resourceTags: [{ key: 'team', value: 'shop' }],
  } as const;

  it('gets its tags and its lifecycle policy, and the settings are remembered for the account', async () => {
    const started = await startTestSandbox({ scenario: 'demo' });
    sandbox = started;
    await withFolder(async (folder) => {
      const slipway = await openSlipway(started, folder);
      const { client } = slipway;
      const { repository, problem } = await client.call('repositories.create', {
        ...WANTED,
        resourceTags: [...WANTED.resourceTags],
        remember: true,
      });
      expect([repository.encryption, repository.scanOnPush, problem]).toEqual(['KMS', true, undefined]);
      const ecr = new ECRClient(started);
      const policy = await ecr.send(new GetLifecyclePolicyCommand({ repositoryName: 'shop/new' }));
      expect(policy.lifecyclePolicyText).toContain('"countNumber":100');
      const { tags } = await ecr.send(new ListTagsForResourceCommand({ resourceArn: repository.arn }));
      ecr.destroy();
      expect(tags).toEqual([{ Key: 'team', Value: 'shop' }]);
      const { newRepositories } = await client.call('settings.read', {});
      const { account: _account, region: _region, repository: _name, ...kept } = WANTED;
      expect(newRepositories).toEqual({ sandbox: kept });
      const { entries } = await client.call('journal.list', { limit: 1 });
      expect(entries[0]?.steps).toMatchObject([
        { operation: 'CreateRepository', state: 'done' },
        { operation: 'PutLifecyclePolicy', state: 'done' },
      ]);
      await slipway.close();
    });
  });

  it('is there without its policy where that is refused, and the answer and the journal say so', async () => {
    const started = await startTestSandbox({ scenario: 'demo', deniedActions: ['ecr:PutLifecyclePolicy'] });
    sandbox = started;
    await withFolder(async (folder) => {
      const slipway = await openSlipway(started, folder);
      const { client } = slipway;
      const { created, problem } = await client.call('repositories.create', {
        ...WANTED,
        resourceTags: [...WANTED.resourceTags],
      });
      expect(created).toBe(true);
      expect(problem).toMatch(/was created, but its lifecycle policy was not set\. .*ecr:PutLifecyclePolicy/);
      const { entries } = await client.call('journal.list', { limit: 1 });
      expect(entries).toMatchObject([{ state: 'failed', sentence: problem }]);
      await slipway.close();
    });
  });
});

describe('a change of ECR that has no plan', () => {
  const place = { ...SCOPE, repository: 'web' };
  const changes = (client: Slipway['client'], answers: { confirmation?: string; overrides?: string[] }) => [
    () => client.call('images.restore', { ...place, image: '1.6.0', ...answers }),
    () => client.call('repositories.makeImmutable', { ...place, ...answers }),
  ];

  it('waits for the name of the repository and for the release window where the rules ask for them', async () => {
    const started = await startTestSandbox({ scenario: 'demo' });
    sandbox = started;
    await withFolder(async (folder) => {
      const slipway = await openSlipway(started, folder);
      const window = `{ days: [${OTHER_DAY}], from: "09:00", to: "17:00", timeZone: UTC }`;
      writeFileSync(
        join(folder, 'environments.yml'),
        `rules:\n  - { account: sandbox, confirm: name, window: ${window} }\n`,
      );
      const { client } = slipway;
      for (const send of changes(client, { confirmation: 'web' }))
        await expect(send()).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED' });
      for (const send of changes(client, { overrides: ['release-window'] }))
        await expect(send()).rejects.toThrow('Confirm the change with web.');
      const sent = started.calls().map(({ operation }) => operation);
      expect(sent).not.toContain('UpdateImageStorageClass');
      expect(sent).not.toContain('PutImageTagMutability');
      // Only an archived image is restored: ECR refuses the others.
      const sentToEcr = changes(client, { confirmation: 'web', overrides: ['release-window'] });
      await Promise.allSettled(sentToEcr.map((send) => send()));
      expect(started.calls().map(({ operation }) => operation)).toContain('UpdateImageStorageClass');
      expect(await mutabilityOf(started, 'web')).toBe('IMMUTABLE');
      await slipway.close();
    });
  });

  it('is as strict as the clusters that run its images, once these were read', async () => {
    const started = await startTestSandbox({ scenario: 'demo' });
    sandbox = started;
    await withFolder(async (folder) => {
      const slipway = await openSlipway(started, folder);
      const { client } = slipway;
      const window = `{ days: [${OTHER_DAY}], from: "09:00", to: "17:00", timeZone: UTC }`;
      writeFileSync(
        join(folder, 'environments.yml'),
        `rules:\n  - { account: sandbox, cluster: production, environment: production, window: ${window} }\n`,
      );
      const before = await client.call('environments.of', place);
      expect(before, 'no cluster was read').toMatchObject({ confirm: 'click' });
      await client.call('search.refresh', {});
      expect(await client.call('environments.of', place)).toMatchObject({
        environment: 'production',
        confirm: 'name',
        window: { days: [OTHER_DAY] },
      });
      for (const send of changes(client, { confirmation: 'web' }))
        await expect(send()).rejects.toThrow(
          /^Nothing was sent\. Changes of web, which .*production.* uses?, are allowed/,
        );
      for (const send of changes(client, { overrides: ['release-window'] }))
        await expect(send()).rejects.toThrow('is production. Confirm the change with web.');
      expect(started.calls().map(({ operation }) => operation)).not.toContain('PutImageTagMutability');
      const unused = { ...SCOPE, repository: 'nobody/uses-it' };
      expect(await client.call('environments.of', unused)).toMatchObject({ confirm: 'click' });
      await slipway.close();
    });
  });
});
