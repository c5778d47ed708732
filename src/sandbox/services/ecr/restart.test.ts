import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetLifecyclePolicyCommand,
  PutLifecyclePolicyCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSandbox } from '../../start.ts';
import { createSteppedClock } from '../../testing/stepped-clock.ts';

const HOUR_MS = 60 * 60 * 1000;
const clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
const repositoryName = 'kept';

let dataFolder: string;
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'slipway-ecr-'));
});
afterEach(() => rm(dataFolder, { recursive: true }));

async function withEcr<T>(run: (ecr: ECRClient) => Promise<T>): Promise<T> {
  const sandbox = await startSandbox({ scenario: 'empty', dataFolder, clock });
  const { endpoint, region, credentials } = sandbox;
  const ecr = new ECRClient({ endpoint, region, credentials, maxAttempts: 1 });
  try {
    return await run(ecr);
  } finally {
    ecr.destroy();
    await sandbox.close();
  }
}

it('a repository keeps its encryption and when its lifecycle policy was applied over a restart', async () => {
  const kmsKey = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const encryptionConfiguration = { encryptionType: 'KMS_DSSE' as const, kmsKey };
  const selection = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 3 };
  const rule = { rulePriority: 1, description: 'Keeps three.', selection, action: { type: 'expire' } };
  const lifecyclePolicyText = JSON.stringify({ rules: [rule] });
  const evaluatedAt = async (ecr: ECRClient) =>
    (await ecr.send(new GetLifecyclePolicyCommand({ repositoryName }))).lastEvaluatedAt;

  const before = await withEcr(async (ecr) => {
    await ecr.send(new CreateRepositoryCommand({ repositoryName, encryptionConfiguration }));
    await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
    clock.advance(2 * HOUR_MS);
    return evaluatedAt(ecr);
  });
  expect(before).toEqual(new Date('2026-01-01T01:00:00Z'));
  await withEcr(async (ecr) => {
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}));
    expect(repositories?.[0]?.encryptionConfiguration).toEqual(encryptionConfiguration);
    expect(await evaluatedAt(ecr)).toEqual(before);
  });
});
