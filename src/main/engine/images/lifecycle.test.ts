import { CreateRepositoryCommand, ECRClient, PutLifecyclePolicyCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { withFolder } from '../testing/killed-process.ts';
import { openSlipway } from '../testing/slipway.ts';

const SCOPE = { account: 'sandbox', region: 'us-east-1' };

let sandbox: TestSandbox;
let ecr: ECRClient;
beforeAll(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  const { endpoint, region, credentials } = sandbox;
  ecr = new ECRClient({ endpoint, region, credentials });
});
afterAll(async () => {
  ecr.destroy();
  await sandbox.close();
});

const selection = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 2 };

async function lifecycleOf(repository: string, rules?: readonly object[]) {
  if (rules !== undefined) {
    await ecr.send(
      new PutLifecyclePolicyCommand({
        repositoryName: repository,
        lifecyclePolicyText: JSON.stringify({ rules }),
      }),
    );
  }
  let found: unknown;
  await withFolder(async (folder) => {
    const slipway = await openSlipway(sandbox, folder);
    const reading = slipway.client.call('repositories.lifecycle', { ...SCOPE, repository });
    found = await sandbox.clock.runUntil(reading);
    await slipway.close();
  });
  return found;
}

describe('repositories.lifecycle', () => {
  it('says in words what each rule removes, and which images the next run would remove', async () => {
    const found = await lifecycleOf('dashboard', [
      {
        rulePriority: 1,
        description: 'builds',
        selection: {
          tagStatus: 'tagged',
          tagPatternList: ['build-*'],
          countType: 'sinceImagePushed',
          countUnit: 'days',
          countNumber: 14,
        },
        action: { type: 'expire' },
      },
      { rulePriority: 9, selection, action: { type: 'expire' } },
    ]);
    expect(found).toMatchObject({
      rules: [
        {
          priority: 1,
          sentence: 'Deletes images with a tag like build-* 14 days after their push.',
          description: 'builds',
        },
        { priority: 9, sentence: 'Deletes images beyond the newest 2.' },
      ],
    });
    expect(found).toHaveProperty('verdicts[0].action', 'expire');
    expect(found).toHaveProperty('verdicts[0].priority', 9);
  });

  it('has no rules for a repository without a policy', async () => {
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'without-policy' }));
    expect(await lifecycleOf('without-policy')).toEqual({ rules: [], verdicts: [] });
  });
});
