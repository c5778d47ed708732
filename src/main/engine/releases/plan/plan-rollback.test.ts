import { BatchGetImageCommand, PutImageCommand } from '@aws-sdk/client-ecr';
import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../../sandbox/testing/sandbox.ts';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import type { Plan, Release } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { registrationInput } from '../../ecs/registration.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../../testing/release-engine.ts';

let sandbox: TestSandbox;
let engine: ReleaseEngine;
let dashboard: ServiceRef;

beforeEach(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  engine = await openReleaseEngine(sandbox);
  dashboard = engine.service('tools', 'dashboard');
});

afterEach(async () => {
  engine.close();
  await sandbox.close();
});

async function execute(plan: Plan): Promise<Release> {
  return engine.releases['releases.execute']({ plan: plan.id }, aCall());
}

async function deploy(tag: string): Promise<Release> {
  const change = { images: [{ container: 'app', image: `${engine.registry}/dashboard:${tag}` }] };
  return execute(await engine.releases['releases.plan']({ service: dashboard, change }, aCall()));
}

/** How it ended, and why. */
async function endOf({ deploymentArn = '' }: Release): Promise<Rollout> {
  await settled();
  return engine.releases['releases.watch']({ ...dashboard, deployment: deploymentArn }, aCall());
}

/** Lets time pass until nothing is deployed any more. */
function settled(): Promise<void> {
  return sandbox.clock.advanceUntil(async () => {
    expect((await engine.describe(dashboard)).currentServiceDeployment).toBeUndefined();
  });
}

function planRollback(to?: string): Promise<Plan> {
  const input = to === undefined ? { service: dashboard } : { service: dashboard, to };
  return engine.releases['releases.planRollback'](input, aCall());
}

/** Lets a tag mean another image, as a second push does. */
async function moveTag(repositoryName: string, tag: string, to: string): Promise<void> {
  const ecr = engine.dependencies.aws.ecr(engine.scope, 'clicked');
  const { images = [] } = await ecr.send(
    new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: to }] }),
  );
  const [image] = images;
  await ecr.send(
    new PutImageCommand({
      repositoryName,
      imageTag: tag,
      imageManifest: image?.imageManifest,
      imageManifestMediaType: image?.imageManifestMediaType,
    }),
  );
}

describe('a rollback', () => {
  it('of a deployment in progress stops it, and ECS rolls back', async () => {
    const release = await deploy('5.2.1');
    const plan = await planRollback();
    expect(plan).toMatchObject({
      kind: 'stop',
      title: 'Stop the deployment of dashboard:12 and roll back to 5.1.1 (dashboard:11)',
      calls: [{ operation: 'StopServiceDeployment' }],
      canExecute: true,
    });
    const stop = await execute(plan);
    expect(stop).toMatchObject({ kind: 'stop', deploymentArn: release.deploymentArn });
    const { deployment, sentence } = await endOf(stop);
    expect(deployment.outcome).toBe('rolled-back');
    expect(sentence).toContain('ECS rolled back to dashboard:11.');
    expect(engine.journal.entries.find(stop.id)?.state).toBe('done');
    expect(engine.journal.entries.find(release.id)?.state).toBe('failed');
  });

  it('of a finished deployment deploys the previous successful revision, without registering', async () => {
    const before = (await engine.describe(dashboard)).taskDefinition;
    await endOf(await deploy('5.2.1'));
    const plan = await planRollback();
    expect(plan).toMatchObject({
      kind: 'rollback',
      title: 'Roll dashboard back to 5.1.1 (dashboard:11)',
      calls: [{ operation: 'UpdateService' }],
    });
    const release = await execute(plan);
    expect(release).toMatchObject({ registered: false, taskDefinitionArn: before });
    expect((await endOf(release)).deployment.outcome).toBe('succeeded');
    expect((await engine.describe(dashboard)).taskDefinition).toBe(before);
  });

  it('to a revision that is no longer active registers its content again', async () => {
    const before = (await engine.describe(dashboard)).taskDefinition;
    await endOf(await deploy('5.2.1'));
    await engine.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: before }));
    const plan = await planRollback();
    expect(plan.checks).toContainEqual(
      expect.objectContaining({ message: "dashboard:11 is no longer active, so ECS can't deploy it" }),
    );
    const release = await execute(plan);
    expect(release.registered).toBe(true);
    const one = await engine.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: before }));
    const other = await engine.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: release.taskDefinitionArn }),
    );
    expect(other.taskDefinition?.containerDefinitions).toEqual(one.taskDefinition?.containerDefinitions);
  });

  it('pins the digest when its tag has moved since', async () => {
    const described = await engine.describe(dashboard);
    const { taskDefinition } = await engine.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: described.taskDefinition }),
    );
    const [app] = taskDefinition?.containerDefinitions ?? [];
    const tag = app?.image?.split(':').at(-1) ?? '';
    await endOf(await deploy('5.2.1'));
    await moveTag('dashboard', tag, '5.2.0');

    const plan = await planRollback();
    expect(plan.checks).toContainEqual(
      expect.objectContaining({ message: 'The tag of app points to a different image now' }),
    );
    expect(plan.images[0]?.after?.image).toMatch(new RegExp(`dashboard:${tag}@sha256:[0-9a-f]{64}$`));
    const release = await execute(plan);
    expect((await endOf(release)).deployment.images[0]?.digest).toBe(plan.images[0]?.after?.digest);
  });

  it('shows what the newer revision had and the older one has not', async () => {
    const { cluster, service } = dashboard;
    const { taskDefinition } = await engine.describe(dashboard);
    const described = await engine.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }),
    );
    const newer = { ...registrationInput(described), pidMode: 'task' as const };
    const registered = await engine.ecs.send(new RegisterTaskDefinitionCommand(newer));
    const arn = registered.taskDefinition?.taskDefinitionArn;
    await engine.ecs.send(new UpdateServiceCommand({ cluster, service, taskDefinition: arn }));

    const { differences } = await planRollback();
    expect(differences).toEqual([
      expect.objectContaining({ subject: 'pid mode', kind: 'removed', before: 'task' }),
    ]);
  });

  it('restores network and platform of the earlier release, and not the number of tasks', async () => {
    const { cluster, service } = dashboard;
    const before = await engine.describe(dashboard);
    const awsvpc = before.networkConfiguration?.awsvpcConfiguration;
    await endOf(await deploy('5.2.1'));
    await engine.ecs.send(
      new UpdateServiceCommand({
        cluster,
        service,
        platformVersion: '1.3.0',
        networkConfiguration: { awsvpcConfiguration: { ...awsvpc, subnets: ['subnet-0new'] } },
        desiredCount: (before.desiredCount ?? 0) + 1,
      }),
    );
    await settled();

    const plan = await planRollback();
    expect(plan.serviceDifferences).toEqual([
      expect.objectContaining({ subject: 'platform', name: 'version', before: '1.3.0' }),
      expect.objectContaining({ subject: 'network', name: 'subnets', before: '["subnet-0new"]' }),
    ]);
    expect(plan.calls.map(({ operation }) => operation)).toEqual([
      'DescribeServiceRevisions',
      'UpdateService',
    ]);
    expect(plan.commands.at(-1)).toMatch(/--platform-version .*--network-configuration /);
    expect(plan.commands.at(-1)).not.toContain('subnet-0new');

    expect((await endOf(await execute(plan))).deployment.outcome).toBe('succeeded');
    const after = await engine.describe(dashboard);
    expect(after).toMatchObject({
      taskDefinition: before.taskDefinition,
      networkConfiguration: before.networkConfiguration,
      platformVersion: before.platformVersion,
      desiredCount: (before.desiredCount ?? 0) + 1,
    });
  });

  it('from a capacity provider strategy back to the launch type needs no instances', async () => {
    const { cluster, service } = dashboard;
    await endOf(await deploy('5.2.1'));
    await engine.ecs.send(
      new UpdateServiceCommand({
        cluster,
        service,
        capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
        forceNewDeployment: true,
      }),
    );
    await settled();

    const plan = await planRollback();
    expect(plan.checks.filter(({ result }) => result === 'fail')).toEqual([]);
    expect((await endOf(await execute(plan))).deployment.outcome).toBe('succeeded');
    const after = await engine.describe(dashboard);
    expect(after.launchType).toBe('FARGATE');
    expect(after.capacityProviderStrategy ?? []).toEqual([]);
  });

  it('to a release that differs only in its network omits the task definition', async () => {
    const { cluster, service } = dashboard;
    const { networkConfiguration, taskDefinition } = await engine.describe(dashboard);
    const awsvpc = networkConfiguration?.awsvpcConfiguration;
    const [earlier] = await engine.dependencies.catalog['services.deployments'](dashboard, aCall());
    await engine.ecs.send(
      new UpdateServiceCommand({
        cluster,
        service,
        networkConfiguration: { awsvpcConfiguration: { ...awsvpc, subnets: ['subnet-0new'] } },
      }),
    );
    await settled();

    const plan = await planRollback(earlier?.arn);
    expect(plan.commands).toEqual([expect.not.stringContaining('--task-definition')]);
    await endOf(await execute(plan));
    expect(await engine.describe(dashboard)).toMatchObject({ networkConfiguration, taskDefinition });
  });

  it('to another capacity provider strategy forces the deployment that ECS asks for', async () => {
    const { cluster, service } = dashboard;
    const { taskDefinition } = await engine.describe(dashboard);
    const mixed = [
      { capacityProvider: 'FARGATE', weight: 1, base: 1 },
      { capacityProvider: 'FARGATE_SPOT', weight: 3, base: 0 },
    ];
    const strategies = [mixed, [{ capacityProvider: 'FARGATE', weight: 1, base: 0 }]];
    for (const capacityProviderStrategy of strategies) {
      await engine.ecs.send(
        new UpdateServiceCommand({ cluster, service, capacityProviderStrategy, forceNewDeployment: true }),
      );
      await settled();
    }
    const [, earlier, ofType] = await engine.dependencies.catalog['services.deployments'](dashboard, aCall());

    const plan = await planRollback(earlier?.arn);
    expect(plan.commands).toEqual([expect.stringContaining(' --force-new-deployment')]);
    expect(plan.commands).toEqual([expect.not.stringContaining('--task-definition')]);
    expect(plan.serviceDifferences).toContainEqual(
      expect.objectContaining({ subject: 'deployment', after: expect.stringContaining('forced') }),
    );
    expect((await endOf(await execute(plan))).deployment.outcome).toBe('succeeded');
    expect(await engine.describe(dashboard)).toMatchObject({
      taskDefinition,
      capacityProviderStrategy: mixed,
    });

    const back = await planRollback(ofType?.arn);
    expect(back.checks.map(({ message }) => message)).not.toContainEqual(
      expect.stringContaining('launch type'),
    );
    expect((await endOf(await execute(back))).deployment.outcome).toBe('succeeded');
    expect((await engine.describe(dashboard)).launchType).toBe('FARGATE');
  });

  it('to a release behind a load balancer looks whether its target group still exists', async () => {
    const { cluster, service } = dashboard;
    const { loadBalancers = [] } = await engine.describe(dashboard);
    await engine.ecs.send(
      new UpdateServiceCommand({
        cluster,
        service,
        loadBalancers: [],
        healthCheckGracePeriodSeconds: 0,
        forceNewDeployment: true,
      }),
    );
    await settled();
    const { checks } = await planRollback();
    const [group = ''] = loadBalancers.map(({ targetGroupArn }) => targetGroupArn?.split('/')[1]);
    expect(checks).toContainEqual({
      rule: 'target-group',
      subject: group,
      result: 'pass',
      message: `The target group ${group} exists`,
    });
  });

  it('to the running revision is refused', async () => {
    const history = await engine.dependencies.catalog['services.deployments'](dashboard, aCall());
    await expect(planRollback(history[0]?.arn)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'tools/dashboard already runs dashboard:11. Choose an earlier release.',
    });
  });
});
