import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentGroupCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../../sandbox/start.ts';
import {
  SHOP,
  SHOP_GROUP,
  shopAppSpec,
  shopGroup,
  shopRevision,
  shopService,
} from '../../../../sandbox/testing/code-deploy-service.ts';
import { createSteppedClock, type SteppedClock } from '../../../../sandbox/testing/stepped-clock.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../../testing/release-engine.ts';
import { createCodeDeployHandlers } from './code-deploy-handlers.ts';

const MINUTE = 60_000;

let clock: SteppedClock;
let sandbox: Sandbox;
let engine: ReleaseEngine;
let codeDeploy: CodeDeployClient;
let ref: ServiceRef;
beforeEach(async () => {
  clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
  sandbox = await startSandbox({ scenario: 'empty', clock });
  engine = await openReleaseEngine(sandbox);
  codeDeploy = new CodeDeployClient({ ...sandbox, maxAttempts: 1 });
  ref = engine.service(SHOP.cluster, SHOP.service);
  await engine.ecs.send(new CreateClusterCommand({}));
  await engine.ecs.send(new CreateServiceCommand(shopService(await register('1.0'))));
  clock.advance(10 * MINUTE);
});
afterEach(async () => {
  engine.close();
  await sandbox.close();
});

async function register(tag: string): Promise<string> {
  const { taskDefinition } = await engine.ecs.send(new RegisterTaskDefinitionCommand(shopRevision(tag)));
  return taskDefinition?.taskDefinitionArn ?? '';
}

async function createGroup(): Promise<void> {
  for (const applicationName of ['another', SHOP_GROUP.applicationName]) {
    await codeDeploy.send(new CreateApplicationCommand({ applicationName, computePlatform: 'ECS' }));
  }
  await codeDeploy.send(new CreateDeploymentGroupCommand(shopGroup()));
}

async function deploy(taskDefinition: string): Promise<string> {
  const command = new CreateDeploymentCommand({ ...SHOP_GROUP, revision: shopAppSpec(taskDefinition) });
  return (await codeDeploy.send(command)).deploymentId ?? '';
}

/** What an engine that has just been started says of the service. */
function asked() {
  const { accounts, aws, clock: wall } = engine.dependencies;
  return createCodeDeployHandlers({ accounts, aws, clock: wall })['services.codeDeploy'](ref, aCall());
}

describe('the CodeDeploy deployment of a service', () => {
  it('is empty without a deployment group, and without a first deployment', async () => {
    expect(await asked()).toEqual({});
    await createGroup();
    expect(await asked()).toEqual({
      group: {
        application: SHOP_GROUP.applicationName,
        name: SHOP_GROUP.deploymentGroupName,
        config: 'CodeDeployDefault.ECSAllAtOnce',
      },
    });
  });

  it('is the newest one, with its traffic and events, until its end', async () => {
    await createGroup();
    const id = await deploy(await register('1.1'));
    clock.advance(10_000);
    expect((await asked()).deployment).toMatchObject({
      id,
      status: 'InProgress',
      outcome: 'in-progress',
      revision: 'shop:2',
      startedBy: 'a person or a pipeline',
      taskSets: [
        { role: 'old', percent: 100, revision: 'shop:1', running: 2 },
        { role: 'new', percent: 0, revision: 'shop:2', running: 0 },
      ],
      ways: [{ what: 'Stop and roll back', command: expect.stringContaining(`--deployment-id ${id}`) }],
    });
    clock.advance(4 * MINUTE);
    const { deployment: moved } = await asked();
    expect(moved).toMatchObject({ outcome: 'in-progress', sentence: expect.stringContaining('All traffic') });
    expect(moved?.events.find(({ name }) => name === 'AllowTraffic')?.status).toBe('Succeeded');
    clock.advance(10 * MINUTE);
    expect((await asked()).deployment).toMatchObject({ outcome: 'succeeded', ways: [] });
  });

  it('shows CodeDeploy’s message when it failed, and a rollback is no success', async () => {
    await createGroup();
    const id = await deploy('shop:99');
    clock.advance(3_000);
    expect((await asked()).deployment).toMatchObject({
      startedBy: 'CodeDeploy, to roll back',
      outcome: 'in-progress',
      rollsBack: id,
    });
    clock.advance(MINUTE);
    expect((await asked()).deployment?.outcome).toBe('rolled-back');
    const stopped = await deploy(await register('1.1'));
    const noRollback = { deploymentId: stopped, autoRollbackEnabled: false };
    await codeDeploy.send(new StopDeploymentCommand(noRollback));
    expect((await asked()).deployment).toMatchObject({
      outcome: 'stopped',
      error: { code: 'MANUAL_STOP' },
      sentence: 'The deployment was stopped by a user.',
    });
  });
});

describe('the plan of a service that CodeDeploy deploys', () => {
  const change = { images: [{ container: 'app', image: 'public.ecr.aws/shop/shop:1.1' }] };

  it('shows the AppSpec and the commands that deploy it, and cannot be executed', async () => {
    await createGroup();
    const plan = await engine.releases['releases.plan']({ service: ref, change }, aCall());
    expect(plan.canExecute).toBe(false);
    expect(plan.calls.map(({ operation }) => operation)).toEqual([
      'RegisterTaskDefinition',
      'CreateDeployment',
    ]);
    expect(plan.otherWay?.sentence).toContain(SHOP_GROUP.deploymentGroupName);
    expect(plan.otherWay?.appSpec).toContain('"TaskDefinition": "$revision"');
    expect(plan.commands.at(-1)).toContain(`--deployment-group-name ${SHOP_GROUP.deploymentGroupName}`);
  });

  it('has commands that pass a revision that CodeDeploy accepts, and leave no file', async () => {
    await createGroup();
    const plan = await engine.releases['releases.plan']({ service: ref, change }, aCall());
    const folder = mkdtempSync(path.join(tmpdir(), 'code-deploy-'));
    try {
      const revision = await register('1.1');
      writeFileSync(path.join(folder, 'aws'), '#!/bin/sh\ncat\n', { mode: 0o755 });
      const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, revision };
      const given = execFileSync('sh', ['-euc', plan.commands.at(-1) ?? ''], { cwd: folder, env });
      expect(JSON.parse(given.toString())).toEqual(shopAppSpec(revision));
      expect(readdirSync(folder)).toEqual(['aws']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has placeholders where no deployment group is found', async () => {
    const plan = await engine.releases['releases.plan']({ service: ref, change }, aCall());
    expect(plan.otherWay?.sentence).toContain('after filling in the application and its deployment group');
    expect(plan.commands.at(-1)).toContain('--deployment-group-name DEPLOYMENT_GROUP');
  });

  it('is executed when it changes the number of tasks, which ECS accepts', async () => {
    const plan = await engine.releases['releases.plan'](
      { service: ref, change: { desiredCount: 3 } },
      aCall(),
    );
    expect(plan.checks.filter(({ result }) => result === 'fail')).toEqual([]);
    await engine.releases['releases.execute']({ plan: plan.id, overrides: [] }, aCall());
    expect((await engine.describe(ref)).desiredCount).toBe(3);
    const closed = { desiredCount: 2, enableExecuteCommand: true };
    const refused = await engine.releases['releases.plan']({ service: ref, change: closed }, aCall());
    expect(refused.canExecute).toBe(false);
    expect(refused.checks).toContainEqual(
      expect.objectContaining({
        rule: 'controller',
        result: 'fail',
        message: expect.stringContaining('enableExecuteCommand'),
      }),
    );
  });

  it('has no check of the circuit breaker, which CodeDeploy does not have', async () => {
    const plan = await engine.releases['releases.plan']({ service: ref, change }, aCall());
    const rules = plan.checks.map(({ rule }) => rule);
    expect(rules).not.toContain('circuit-breaker');
    expect(rules).not.toContain('movement');
  });

  it('names the ways to roll back with CodeDeploy', async () => {
    await expect(engine.releases['releases.planRollback']({ service: ref }, aCall())).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('stop it with a rollback in CodeDeploy'),
    });
  });
});
