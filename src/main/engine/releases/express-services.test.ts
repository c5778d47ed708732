import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  CreateExpressGatewayServiceCommand,
  type ExpressGatewayServiceConfiguration,
  RegisterTaskDefinitionCommand,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Change } from '../../../shared/model/change.ts';
import type { Rollout } from '../../../shared/model/deployment.ts';
import type { Plan, Release } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { readExpressConfiguration } from '../catalog/express-service.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../testing/release-engine.ts';

const SERVICE_ARN = 'arn:aws:ecs:us-east-1:123456789012:service/tools/storefront';
const ROLE = 'arn:aws:iam::123456789012:role/ecs-execution';

let sandbox: TestSandbox;
let engine: ReleaseEngine;
let storefront: ServiceRef;
beforeEach(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  engine = await openReleaseEngine(sandbox);
  storefront = engine.service('tools', 'storefront');
  await engine.truth.send(
    new CreateExpressGatewayServiceCommand({
      cluster: 'tools',
      serviceName: 'storefront',
      infrastructureRoleArn: ROLE,
      executionRoleArn: ROLE,
      primaryContainer: {
        image: image('5.2.0'),
        containerPort: 8080,
        environment: [{ name: 'LEVEL', value: 'info' }],
      },
      scalingTarget: { minTaskCount: 2, maxTaskCount: 8 },
    }),
  );
  await settled();
});
afterEach(async () => {
  engine.close();
  await sandbox.close();
});

const image = (tag: string): string => `${engine.registry}/dashboard:${tag}`;

/** Lets time pass until nothing is deployed any more. */
function settled(): Promise<void> {
  return sandbox.clock.advanceUntil(async () => {
    expect((await engine.describe(storefront)).currentServiceDeployment).toBeUndefined();
  });
}

const plan = (change: Change): Promise<Plan> =>
  engine.releases['releases.plan']({ service: storefront, change }, aCall());

const execute = ({ id }: Plan): Promise<Release> =>
  engine.releases['releases.execute']({ plan: id }, aCall());

async function endOf({ deploymentArn = '' }: Release): Promise<Rollout> {
  await settled();
  return engine.releases['releases.watch']({ ...storefront, deployment: deploymentArn }, aCall());
}

async function configuration(): Promise<ExpressGatewayServiceConfiguration> {
  return (await readExpressConfiguration(engine.truth, SERVICE_ARN, aCall().signal)) ?? {};
}

/** What of the engine's calls changed something. */
function writes(): readonly string[] {
  return sandbox
    .calls()
    .map(({ operation }) => operation)
    .filter((operation) => /^(?:Update|Register|Create|Stop|Deregister)/.test(operation));
}

async function refusal(asked: Promise<unknown>): Promise<SlipwayError> {
  const failure: unknown = await asked.catch((error: unknown) => error);
  if (failure instanceof SlipwayError) return failure;
  throw new Error('It was not refused.');
}

describe('an Express service', () => {
  it('gets image, size, variables and scaling with UpdateExpressGatewayService alone, and is watched', async () => {
    const before = writes().length;
    const planned = await plan({
      images: [{ container: 'Main', image: image('5.2.1') }],
      cpu: '512',
      memory: '1024',
      environment: [{ container: 'Main', set: [{ name: 'LEVEL', value: 'debug' }] }],
      scaling: { maxTaskCount: 6 },
    });
    expect(planned.canExecute).toBe(true);
    expect(planned.calls).toEqual([{ operation: 'UpdateExpressGatewayService', target: 'tools/storefront' }]);
    expect(planned.serviceDifferences).toEqual([
      { subject: 'scaling', name: 'maximum tasks', kind: 'changed', before: '8', after: '6' },
    ]);
    const release = await execute(planned);
    expect(await endOf(release)).toMatchObject({ deployment: { outcome: 'succeeded' } });
    expect(writes().slice(before)).toEqual(['UpdateExpressGatewayService']);
    expect(await configuration()).toMatchObject({
      cpu: '512',
      memory: '1024',
      primaryContainer: {
        image: image('5.2.1'),
        containerPort: 8080,
        environment: [{ name: 'LEVEL', value: 'debug' }],
      },
      scalingTarget: { minTaskCount: 2, maxTaskCount: 6 },
    });
    expect(release.taskDefinitionArn).toMatch(/tools-storefront:2$/);
  });

  it('costs what its minimum number of tasks costs where that is raised', async () => {
    const { cost } = await plan({ scaling: { minTaskCount: 4 } });
    expect((cost?.after ?? 0) / (cost?.before ?? 1)).toBeCloseTo(2, 6);
    expect((await plan({ scaling: { maxTaskCount: 6 } })).cost).toBeUndefined();
  });

  it('is rolled back with the configuration of an earlier release', async () => {
    await endOf(await execute(await plan({ images: [{ container: 'Main', image: image('5.2.1') }] })));
    const before = writes().length;
    const back = await engine.releases['releases.planRollback']({ service: storefront }, aCall());
    expect(back.title).toBe('Roll storefront back to 5.2.0 (tools-storefront:1)');
    expect(await endOf(await execute(back))).toMatchObject({ deployment: { outcome: 'succeeded' } });
    expect((await configuration()).primaryContainer?.image).toBe(image('5.2.0'));
    expect(writes().slice(before)).toEqual(['UpdateExpressGatewayService']);
  });

  it('gets the scaling and the health check path of the earlier release back, also where nothing else differs', async () => {
    await engine.truth.send(
      new UpdateExpressGatewayServiceCommand({
        serviceArn: SERVICE_ARN,
        healthCheckPath: '/broken',
        scalingTarget: {
          minTaskCount: 1,
          maxTaskCount: 3,
          autoScalingMetric: 'REQUEST_COUNT_PER_TARGET',
          autoScalingTargetValue: 500,
        },
      }),
    );
    await settled();
    const before = writes().length;
    const back = await engine.releases['releases.planRollback']({ service: storefront }, aCall());
    expect(back.serviceDifferences).toEqual([
      { subject: 'scaling', name: 'minimum tasks', kind: 'changed', before: '1', after: '2' },
      { subject: 'scaling', name: 'maximum tasks', kind: 'changed', before: '3', after: '8' },
      {
        subject: 'scaling',
        name: 'metric',
        kind: 'changed',
        before: 'REQUEST_COUNT_PER_TARGET',
        after: 'AVERAGE_CPU',
      },
      { subject: 'scaling', name: 'target value', kind: 'changed', before: '500', after: '60' },
      { subject: 'health check', name: 'path', kind: 'changed', before: '/broken', after: '/' },
    ]);
    expect(back.checks.filter(({ rule }) => rule === 'service-revision')).toEqual([]);
    expect(back.commands.join()).toContain('--health-check-path /');
    expect(await endOf(await execute(back))).toMatchObject({ deployment: { outcome: 'succeeded' } });
    expect(await configuration()).toMatchObject({
      healthCheckPath: '/',
      scalingTarget: {
        minTaskCount: 2,
        maxTaskCount: 8,
        autoScalingMetric: 'AVERAGE_CPU',
        autoScalingTargetValue: 60,
      },
    });
    expect(writes().slice(before)).toEqual(['UpdateExpressGatewayService']);
  });

  it('is rolled back in flight by stopping its deployment', async () => {
    await execute(await plan({ images: [{ container: 'Main', image: image('5.2.1') }] }));
    const back = await engine.releases['releases.planRollback']({ service: storefront }, aCall());
    expect(back.calls).toEqual([{ operation: 'StopServiceDeployment', target: 'tools/storefront' }]);
    await endOf(await execute(back));
    expect((await configuration()).primaryContainer?.image).toBe(image('5.2.0'));
  });

  it('has a warning before a deployment is stopped that has changed its scaling, which ECS may not take back', async () => {
    const change = { images: [{ container: 'Main', image: image('5.2.1') }], scaling: { maxTaskCount: 3 } };
    await execute(await plan(change));
    const back = await engine.releases['releases.planRollback']({ service: storefront }, aCall());
    expect(back.calls.map(({ operation }) => operation)).toEqual(['StopServiceDeployment']);
    expect(back.checks.filter(({ rule }) => rule === 'service-revision')).toEqual([
      expect.objectContaining({
        message: 'ECS may not take back the scaling that this deployment has changed',
        advice: expect.stringContaining('roll back to that release once more'),
      }),
    ]);
  });

  it('has a history whose revisions can be compared', async () => {
    await endOf(await execute(await plan({ images: [{ container: 'Main', image: image('5.2.1') }] })));
    const { catalog } = engine.dependencies;
    const deployments = await catalog['services.deployments'](storefront, aCall());
    expect(deployments.map(({ revision, outcome }) => [revision, outcome])).toEqual([
      ['tools-storefront:2', 'succeeded'],
      ['tools-storefront:1', 'succeeded'],
    ]);
    const planned = await plan({ environment: [{ container: 'Main', remove: ['LEVEL'] }] });
    expect(planned.differences).toMatchObject([{ name: 'LEVEL', kind: 'removed' }]);
  });

  it('keeps a task definition of the customer, of which a new revision is registered', async () => {
    const { taskDefinition } = await engine.truth.send(
      new RegisterTaskDefinitionCommand({
        family: 'own',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '512',
        memory: '1024',
        executionRoleArn: ROLE,
        containerDefinitions: [
          {
            name: 'Main',
            image: image('5.2.0'),
            portMappings: [{ containerPort: 8080, name: 'web' }],
          },
          { name: 'agent', image: 'public.ecr.aws/agent:1' },
        ],
      }),
    );
    await engine.truth.send(
      new UpdateExpressGatewayServiceCommand({
        serviceArn: SERVICE_ARN,
        taskDefinitionArn: taskDefinition?.taskDefinitionArn,
      }),
    );
    await settled();
    const before = writes().length;
    const planned = await plan({ images: [{ container: 'Main', image: image('5.2.1') }] });
    expect(await endOf(await execute(planned))).toMatchObject({ deployment: { outcome: 'succeeded' } });
    expect(writes().slice(before)).toEqual(['RegisterTaskDefinition', 'UpdateExpressGatewayService']);
    expect((await configuration()).taskDefinitionArn).toMatch(/own:2$/);
  });

  it.each([
    [{ desiredCount: 5 }, /Change the minimum and maximum number of tasks/],
    [{ forceNewDeployment: true }, /takes no forced deployment/],
    [{ enableExecuteCommand: true }, /takes no ECS Exec/],
  ] as const)('refuses %j, which only UpdateService has', async (change, sentence) => {
    const { code, message } = await refusal(plan(change));
    expect(code).toBe('INVALID_INPUT');
    expect(message).toMatch(sentence);
  });

  it('is the only kind of service that takes a scaling', async () => {
    const service = engine.service('tools', 'dashboard');
    const planned = engine.releases['releases.plan'](
      { service, change: { scaling: { minTaskCount: 2 } } },
      aCall(),
    );
    expect((await refusal(planned)).message).toContain("isn't an Express service");
  });

  it('has a plan that is stale once somebody else has updated it', async () => {
    const planned = await plan({ images: [{ container: 'Main', image: image('5.2.1') }] });
    await engine.truth.send(
      new UpdateExpressGatewayServiceCommand({ serviceArn: SERVICE_ARN, cpu: '512', memory: '1024' }),
    );
    expect((await refusal(execute(planned))).code).toBe('STALE_PLAN');
  });

  it('has commands of the AWS CLI without UpdateService and with the container on standard input', async () => {
    const { commands } = await plan({
      images: [{ container: 'Main', image: image('5.2.1') }],
      scaling: { minTaskCount: 3 },
    });
    expect(commands).toHaveLength(1);
    expect(commands[0]).toContain('aws ecs update-express-gateway-service');
    expect(commands[0]).toContain('--primary-container file:///dev/stdin');
    expect(commands[0]).toContain(image('5.2.1'));
  });
});

describe('UpdateService', () => {
  it('is sent from one place of the engine, which chooses the operation by the kind of the service', () => {
    const folder = path.join(import.meta.dirname, '..');
    const senders = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (file) =>
        file.endsWith('.ts') &&
        !/\.test\.ts$|(?:^|\/)testing\//.test(file) &&
        readFileSync(path.join(folder, file), 'utf8').includes('UpdateServiceCommand'),
    );
    expect(senders).toEqual([path.join('releases', 'execution', 'update-request.ts')]);
  });
});
