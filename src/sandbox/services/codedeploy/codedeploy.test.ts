import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CodeDeployClient,
  ContinueDeploymentCommand,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentGroupCommand,
  type CreateDeploymentGroupInput,
  GetDeploymentCommand,
  GetDeploymentTargetCommand,
  ListDeploymentsCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeTaskSetsCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../start.ts';
import {
  SHOP,
  SHOP_GROUP,
  shopAppSpec,
  shopGroup,
  shopRevision,
  shopService,
} from '../../testing/code-deploy-service.ts';
import { createSteppedClock, type SteppedClock } from '../../testing/stepped-clock.ts';

const MINUTE = 60_000;
const START = new Date('2026-01-01T00:00:00Z');

let clock: SteppedClock;
let sandbox: Sandbox;
let ecs: ECSClient;
let codeDeploy: CodeDeployClient;
beforeEach(() => start());
afterEach(() => sandbox.close());

async function start(options: { readonly dataFolder?: string; readonly at?: Date } = {}): Promise<void> {
  const { at = START, ...kept } = options;
  clock = createSteppedClock({ start: at });
  sandbox = await startSandbox({ scenario: 'empty', clock, ...kept });
  const { endpoint, region, credentials } = sandbox;
  const config = { endpoint, region, credentials, maxAttempts: 1 };
  ecs = new ECSClient(config);
  codeDeploy = new CodeDeployClient(config);
}

async function register(tag: string): Promise<string> {
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(shopRevision(tag)));
  return taskDefinition?.taskDefinitionArn ?? '';
}

/** The service runs its first revision; CodeDeploy knows it. */
async function createShop(changes: Partial<CreateDeploymentGroupInput> = {}): Promise<void> {
  await ecs.send(new CreateClusterCommand({}));
  await ecs.send(new CreateServiceCommand(shopService(await register('1.0'))));
  await codeDeploy.send(
    new CreateApplicationCommand({ applicationName: SHOP_GROUP.applicationName, computePlatform: 'ECS' }),
  );
  await codeDeploy.send(new CreateDeploymentGroupCommand(shopGroup(changes)));
  clock.advance(10 * MINUTE);
}

async function deploy(taskDefinition: string): Promise<string> {
  const command = new CreateDeploymentCommand({ ...SHOP_GROUP, revision: shopAppSpec(taskDefinition) });
  return (await codeDeploy.send(command)).deploymentId ?? '';
}

async function deployment(deploymentId: string) {
  return (await codeDeploy.send(new GetDeploymentCommand({ deploymentId }))).deploymentInfo;
}

/** The labels and weights of the task sets, and the lifecycle events by their status. */
async function target(deploymentId: string) {
  const command = new GetDeploymentTargetCommand({ deploymentId, targetId: 'default:shop' });
  const { ecsTarget } = (await codeDeploy.send(command)).deploymentTarget ?? {};
  return {
    weights: (ecsTarget?.taskSetsInfo ?? []).map((set) => [set.taskSetLabel, set.trafficWeight]),
    events: Object.fromEntries(
      (ecsTarget?.lifecycleEvents ?? []).map((event) => [event.lifecycleEventName, event.status]),
    ),
  };
}

async function taskSets() {
  return (await ecs.send(new DescribeTaskSetsCommand(SHOP))).taskSets ?? [];
}

describe('a deployment of CodeDeploy', () => {
  it('starts the replacement, moves all traffic, keeps the original for its time, and stops it', async () => {
    await createShop();
    const revision = await register('1.1');
    const id = await deploy(revision);
    expect(await deployment(id)).toMatchObject({
      status: 'Created',
      creator: 'user',
      computePlatform: 'ECS',
    });
    clock.advance(10_000);
    expect(await target(id)).toMatchObject({
      weights: [
        ['Blue', 100],
        ['Green', 0],
      ],
      events: { BeforeInstall: 'Succeeded', Install: 'InProgress', AllowTraffic: 'Pending' },
    });
    clock.advance(4 * MINUTE);
    expect(await deployment(id)).toMatchObject({
      status: 'InProgress',
      instanceTerminationWaitTimeStarted: true,
    });
    expect(await taskSets()).toMatchObject([
      { status: 'ACTIVE', loadBalancers: [{ targetGroupArn: expect.stringContaining('/shop-blue/') }] },
      {
        status: 'PRIMARY',
        externalId: id,
        taskDefinition: revision,
        loadBalancers: [{ targetGroupArn: expect.stringContaining('/shop-green/') }],
      },
    ]);
    clock.advance(10 * MINUTE);
    expect(await deployment(id)).toMatchObject({ status: 'Succeeded' });
    expect(await taskSets()).toMatchObject([
      { status: 'PRIMARY', taskDefinition: revision, runningCount: 2 },
    ]);
  });

  it('shifts a canary first, or a tenth of the traffic each minute', async () => {
    await createShop({ deploymentConfigName: 'CodeDeployDefault.ECSLinear10PercentEvery1Minutes' });
    const id = await deploy(await register('1.1'));
    const seen = new Set<unknown>();
    for (let minute = 0; minute < 20; minute += 0.5) {
      clock.advance(MINUTE / 2);
      seen.add((await target(id)).weights.find(([label]) => label === 'Green')?.[1]);
    }
    expect([...seen]).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  });

  it('that cannot start its tasks fails after an hour, and rolls back with another deployment', async () => {
    await createShop();
    const before = await taskSets();
    const id = await deploy(await register('1.1-crash'));
    clock.advance(62 * MINUTE);
    const failed = await deployment(id);
    expect(failed).toMatchObject({
      status: 'Failed',
      errorInformation: { code: 'TIMEOUT', message: expect.stringContaining('60 minutes') },
    });
    const rollback = await deployment(failed?.rollbackInfo?.rollbackDeploymentId ?? '');
    expect(rollback).toMatchObject({
      status: 'Succeeded',
      creator: 'codeDeployRollback',
      rollbackInfo: { rollbackTriggeringDeploymentId: id },
    });
    clock.advance(5 * MINUTE);
    expect(await taskSets()).toMatchObject([{ taskSetArn: before[0]?.taskSetArn, status: 'PRIMARY' }]);
  });

  it('waits if its group says so, until it is continued', async () => {
    await createShop({
      blueGreenDeploymentConfiguration: {
        deploymentReadyOption: { actionOnTimeout: 'STOP_DEPLOYMENT', waitTimeInMinutes: 60 },
      },
    });
    const deploymentId = await deploy(await register('1.1'));
    clock.advance(10 * MINUTE);
    expect((await deployment(deploymentId))?.status).toBe('Ready');
    await codeDeploy.send(new ContinueDeploymentCommand({ deploymentId, deploymentWaitType: 'READY_WAIT' }));
    clock.advance(MINUTE);
    expect((await deployment(deploymentId))?.status).toBe('Succeeded');
  });

  it('is one at a time, and can be stopped with a rollback', async () => {
    await createShop();
    const revision = await register('1.1');
    const deploymentId = await deploy(revision);
    await expect(deploy(revision)).rejects.toMatchObject({ name: 'DeploymentLimitExceededException' });
    clock.advance(4 * MINUTE);
    await codeDeploy.send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true }));
    expect(await deployment(deploymentId)).toMatchObject({
      status: 'Stopped',
      errorInformation: { code: 'MANUAL_STOP' },
    });
    clock.advance(5 * MINUTE);
    const [running] = await taskSets();
    expect(running?.taskDefinition).not.toBe(revision);
    expect((await codeDeploy.send(new ListDeploymentsCommand(SHOP_GROUP))).deployments).toHaveLength(2);
    await expect(codeDeploy.send(new StopDeploymentCommand({ deploymentId }))).rejects.toMatchObject({
      name: 'DeploymentAlreadyCompletedException',
    });
  });

  it('needs an AppSpec with a task definition that ECS can run', async () => {
    await createShop();
    const revision = { revisionType: 'AppSpecContent' as const, appSpecContent: { content: 'version: 0.0' } };
    await expect(
      codeDeploy.send(new CreateDeploymentCommand({ ...SHOP_GROUP, revision })),
    ).rejects.toMatchObject({ name: 'InvalidRevisionException', message: expect.stringContaining('YAML') });
    const id = await deploy('shop:99');
    clock.advance(MINUTE);
    expect(await deployment(id)).toMatchObject({
      status: 'Failed',
      errorInformation: {
        code: 'ECS_UPDATE_ERROR',
        message: expect.stringContaining('TaskDefinition not found'),
      },
    });
  });
});

it('a deployment of CodeDeploy continues after a restart', async () => {
  await sandbox.close();
  const dataFolder = await mkdtemp(join(tmpdir(), 'slipway-codedeploy-'));
  try {
    await start({ dataFolder });
    await createShop();
    const revision = await register('1.1');
    const id = await deploy(revision);
    clock.advance(10_000);
    const at = clock.now();
    await sandbox.close();
    await start({ dataFolder, at: new Date(at.getTime() + 30 * MINUTE) });
    clock.advance(MINUTE);
    expect((await deployment(id))?.status).toBe('Succeeded');
    expect(await taskSets()).toMatchObject([{ status: 'PRIMARY', taskDefinition: revision }]);
  } finally {
    await sandbox.close();
    await rm(dataFolder, { recursive: true });
    await start();
  }
});
