import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { withFolder } from '../testing/killed-process.ts';
import { openSlipway } from '../testing/slipway.ts';

const SCOPE = { account: 'sandbox', region: 'us-east-1' };

let sandbox: TestSandbox | undefined;
afterEach(() => sandbox?.close());

async function mutabilityOf({ endpoint, region, credentials }: TestSandbox, name: string) {
  const ecr = new ECRClient({ endpoint, region, credentials });
  const found = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }));
  ecr.destroy();
  return found.repositories?.[0]?.imageTagMutability;
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
