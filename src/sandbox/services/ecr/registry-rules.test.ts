import * as ecrApi from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
