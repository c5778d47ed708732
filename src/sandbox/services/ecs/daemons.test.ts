import {
  CreateCapacityProviderCommand,
  CreateClusterCommand,
  CreateDaemonCommand,
  DeleteDaemonCommand,
  DeleteDaemonTaskDefinitionCommand,
  DescribeDaemonCommand,
  DescribeDaemonDeploymentsCommand,
  DescribeDaemonRevisionsCommand,
  DescribeDaemonTaskDefinitionCommand,
  ListDaemonDeploymentsCommand,
  ListDaemonsCommand,
  ListDaemonTaskDefinitionsCommand,
  ListTaskDefinitionsCommand,
  RegisterDaemonTaskDefinitionCommand,
  UpdateDaemonCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestEcs, type TestEcs } from '../../testing/ecs.ts';

const MINUTE = 60_000;
const CLUSTER = 'arn:aws:ecs:us-east-1:123456789012:cluster/production';
const DAEMON = 'arn:aws:ecs:us-east-1:123456789012:daemon/production/agent';

let ecs: TestEcs;
let capacityProviderArns: string[];
beforeEach(async () => {
  ecs = await startTestEcs();
  await ecs.client.send(new CreateClusterCommand({ clusterName: 'production' }));
  const { capacityProvider } = await ecs.client.send(
    new CreateCapacityProviderCommand({
      name: 'managed',
      cluster: 'production',
      managedInstancesProvider: {
        infrastructureRoleArn: 'arn:aws:iam::123456789012:role/ecs-infrastructure',
        instanceLaunchTemplate: {
          ec2InstanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/ecs',
          networkConfiguration: { subnets: ['subnet-1'] },
        },
      },
    }),
  );
  capacityProviderArns = [capacityProvider?.capacityProviderArn ?? ''];
});
afterEach(() => ecs.close());

async function register(image: string): Promise<string> {
  const { daemonTaskDefinitionArn = '' } = await ecs.client.send(
    new RegisterDaemonTaskDefinitionCommand({
      family: 'agent',
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'agent', image }],
    }),
  );
  return daemonTaskDefinitionArn;
}

async function create(daemonTaskDefinitionArn: string): Promise<string> {
  const { deploymentArn = '' } = await ecs.client.send(
    new CreateDaemonCommand({
      daemonName: 'agent',
      clusterArn: CLUSTER,
      daemonTaskDefinitionArn,
      capacityProviderArns,
    }),
  );
  return deploymentArn;
}

const update = (daemonTaskDefinitionArn: string) =>
  ecs.client.send(
    new UpdateDaemonCommand({ daemonArn: DAEMON, daemonTaskDefinitionArn, capacityProviderArns }),
  );

async function deployed(): Promise<readonly (string | undefined)[]> {
  const { daemon } = await ecs.client.send(new DescribeDaemonCommand({ daemonArn: DAEMON }));
  const arns = (daemon?.currentRevisions ?? []).flatMap(({ arn }) => arn ?? []);
  const { daemonRevisions = [] } = await ecs.client.send(
    new DescribeDaemonRevisionsCommand({ daemonRevisionArns: arns }),
  );
  return daemonRevisions.map(({ daemonTaskDefinitionArn }) => daemonTaskDefinitionArn?.split('/').at(-1));
}

async function statusOf(arn = ''): Promise<string | undefined> {
  const { daemonDeployments = [] } = await ecs.client.send(
    new DescribeDaemonDeploymentsCommand({ daemonDeploymentArns: [arn] }),
  );
  return daemonDeployments[0]?.status;
}

describe('a daemon of the sandbox', () => {
  it('has task definitions of its own, which are not among the others', async () => {
    const arn = await register(ecs.push('agent:1.0').reference);
    expect(arn).toBe('arn:aws:ecs:us-east-1:123456789012:daemon-task-definition/agent:1');
    const { daemonTaskDefinition } = await ecs.client.send(
      new DescribeDaemonTaskDefinitionCommand({ daemonTaskDefinition: 'agent' }),
    );
    expect(daemonTaskDefinition).toMatchObject({ family: 'agent', revision: 1, status: 'ACTIVE' });
    const { taskDefinitionArns } = await ecs.client.send(new ListTaskDefinitionsCommand({}));
    expect(taskDefinitionArns).toEqual([]);
  });

  it('is deployed with revisions that hold the digests of its images', async () => {
    const { reference, facts } = ecs.push('agent:1.0');
    const deployment = await create(await register(reference));
    expect(await statusOf(deployment)).toBe('PENDING');
    ecs.clock.advance(10 * MINUTE);
    expect(await statusOf(deployment)).toBe('SUCCESSFUL');
    const { daemonDeployments = [] } = await ecs.client.send(
      new ListDaemonDeploymentsCommand({ daemonArn: DAEMON }),
    );
    const { daemonRevisions } = await ecs.client.send(
      new DescribeDaemonRevisionsCommand({
        daemonRevisionArns: [daemonDeployments[0]?.targetDaemonRevisionArn ?? ''],
      }),
    );
    expect(daemonRevisions).toMatchObject([
      { daemonArn: DAEMON, containerImages: [{ image: reference, imageDigest: facts.digest }] },
    ]);
  });

  it('runs both revisions while an update is in progress, and the new one afterwards', async () => {
    await create(await register(ecs.push('agent:1.0').reference));
    ecs.clock.advance(10 * MINUTE);
    await update(await register(ecs.push('agent:1.1').reference));
    expect(await deployed()).toEqual(['agent:2', 'agent:1']);
    ecs.clock.advance(10 * MINUTE);
    expect(await deployed()).toEqual(['agent:2']);
  });

  it('is rolled back when its image cannot be pulled', async () => {
    await create(await register(ecs.push('agent:1.0').reference));
    ecs.clock.advance(10 * MINUTE);
    const { deploymentArn } = await update(await register(`${ecs.registryHost}/agent:none`));
    ecs.clock.advance(10 * MINUTE);
    expect(await statusOf(deploymentArn)).toBe('ROLLBACK_SUCCESSFUL');
    expect(await deployed()).toEqual(['agent:1']);
  });

  it('is listed in its cluster until it is deleted', async () => {
    await create(await register(ecs.push('agent:1.0').reference));
    const list = async () =>
      (await ecs.client.send(new ListDaemonsCommand({ clusterArn: CLUSTER }))).daemonSummariesList;
    expect(await list()).toMatchObject([{ daemonArn: DAEMON, status: 'ACTIVE' }]);
    await ecs.client.send(new DeleteDaemonCommand({ daemonArn: DAEMON }));
    expect(await list()).toMatchObject([{ status: 'DELETE_IN_PROGRESS' }]);
    ecs.clock.advance(10 * MINUTE);
    expect(await list()).toEqual([]);
    await expect(ecs.client.send(new DescribeDaemonCommand({ daemonArn: DAEMON }))).rejects.toMatchObject({
      name: 'DaemonNotFoundException',
    });
  });

  it('keeps a task definition that is deleted for as long as it uses it', async () => {
    await create(await register(ecs.push('agent:1.0').reference));
    await ecs.client.send(new DeleteDaemonTaskDefinitionCommand({ daemonTaskDefinition: 'agent:1' }));
    const statuses = async () => {
      const { daemonTaskDefinitions = [] } = await ecs.client.send(
        new ListDaemonTaskDefinitionsCommand({ status: 'ALL' }),
      );
      return daemonTaskDefinitions.map(({ status }) => status);
    };
    ecs.clock.advance(10 * MINUTE);
    expect(await statuses()).toEqual(['DELETE_IN_PROGRESS']);
    await ecs.client.send(new DeleteDaemonCommand({ daemonArn: DAEMON }));
    ecs.clock.advance(10 * MINUTE);
    expect(await statuses()).toEqual(['DELETED']);
  });

  it('is refused without a Managed Instances capacity provider', async () => {
    const arn = await register(ecs.push('agent:1.0').reference);
    capacityProviderArns = ['arn:aws:ecs:us-east-1:123456789012:capacity-provider/FARGATE'];
    await expect(create(arn)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});
