import * as ecrApi from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRegistry, type TestRegistry } from '../../testing/registry.ts';

let registry: TestRegistry;
let ecr: ecrApi.ECRClient;
beforeAll(async () => {
  registry = await startTestRegistry([{ repositoryName: 'web' }]);
  ecr = registry.ecr;
});
afterAll(() => registry.close());

it('a repository shows the frequency and the filters of the registry’s rule for it', async () => {
  const filter = { filter: 'web*', filterType: 'WILDCARD' as const };
  const other = { filter: 'worker', filterType: 'WILDCARD' as const };
  const put = new ecrApi.PutRegistryScanningConfigurationCommand({
    scanType: 'ENHANCED',
    rules: [{ scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters: [other, filter] }],
  });
  await ecr.send(put);
  const { scanningConfigurations } = await ecr.send(
    new ecrApi.BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: ['web'] }),
  );
  expect(scanningConfigurations).toMatchObject([
    { scanOnPush: false, scanFrequency: 'CONTINUOUS_SCAN', appliedScanFilters: [filter] },
  ]);
});

it('a registry policy of scope V1 has three actions, and one of scope V2 all of ECR', async () => {
  const put = (Action: string) => {
    const statement = { Effect: 'Allow', Principal: { AWS: '210987654321' }, Action, Resource: '*' };
    const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    return ecr.send(new ecrApi.PutRegistryPolicyCommand({ policyText }));
  };
  const scope = (value: string) =>
    ecr.send(new ecrApi.PutAccountSettingCommand({ name: 'REGISTRY_POLICY_SCOPE', value }));
  await expect(put('ecr:DescribeRepositories')).resolves.toBeDefined();
  await scope('V1');
  await expect(put('ecr:DescribeRepositories')).rejects.toThrow('Invalid registry policy provided');
  await expect(put('ecr:ReplicateImage')).resolves.toBeDefined();
});

it.each([
  ['ecr:Foo', false],
  ['ecr:GetImages', false],
  ['ecr:BatchGetImage', true],
  ['ECR:batchgetimage', true],
  ['ecr:ReplicateImage', true],
  ['ecr:Batch*', true],
  ['*', true],
])('a policy with the action %s is taken: %s', async (Action, isTaken) => {
  const statement = { Sid: 'pull', Effect: 'Allow', Principal: '*', Action: ['ecr:BatchGetImage', Action] };
  const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const outcome = async (put: Promise<unknown>): Promise<boolean> =>
    put.then(
      () => true,
      (error: unknown) => {
        expect(error).toMatchObject({ name: 'InvalidParameterException' });
        return false;
      },
    );
  const onRepository = new ecrApi.SetRepositoryPolicyCommand({ repositoryName: 'web', policyText });
  await ecr.send(new ecrApi.PutAccountSettingCommand({ name: 'REGISTRY_POLICY_SCOPE', value: 'V2' }));
  expect(await outcome(ecr.send(onRepository))).toBe(isTaken);
  expect(await outcome(ecr.send(new ecrApi.PutRegistryPolicyCommand({ policyText })))).toBe(isTaken);
});

describe('the registry of another account', () => {
  const registryId = '210987654321';
  const repositoryName = 'web';

  it.each([
    ['lists no repositories of this account', new ecrApi.DescribeRepositoriesCommand({ registryId })],
    ['takes no new repository', new ecrApi.CreateRepositoryCommand({ registryId, repositoryName: 'new' })],
    ['shows no pull-through cache rules', new ecrApi.DescribePullThroughCacheRulesCommand({ registryId })],
  ])('%s, because no policy of it allows that', async (_what, command) => {
    await expect(ecr.send(command as ecrApi.DescribeRepositoriesCommand)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`arn:aws:ecr:us-east-1:${registryId}:repository/*`),
    });
  });

  it.each([
    [
      'DescribeRepositories',
      new ecrApi.DescribeRepositoriesCommand({ registryId, repositoryNames: ['web'] }),
    ],
    ['DescribeImages', new ecrApi.DescribeImagesCommand({ registryId, repositoryName })],
    ['ListImages', new ecrApi.ListImagesCommand({ registryId, repositoryName })],
    ['GetLifecyclePolicy', new ecrApi.GetLifecyclePolicyCommand({ registryId, repositoryName })],
    ['DeleteRepository', new ecrApi.DeleteRepositoryCommand({ registryId, repositoryName })],
  ])('has no repository of the same name for %s', async (_operation, command) => {
    await expect(ecr.send(command as ecrApi.DescribeRepositoriesCommand)).rejects.toMatchObject({
      name: 'RepositoryNotFoundException',
      message: `The repository with name 'web' does not exist in the registry with id '${registryId}'`,
    });
  });
});
