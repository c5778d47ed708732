import {
  CreateServiceCommand,
  type DeploymentConfiguration,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import type { Rollout } from '../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { aCall, openReleaseBed, type ReleaseBed } from './release-bed.fixture.ts';

/** A minute takes a fifth of a second. */
const SPEED = 300;
const CLUSTER = 'tools';

let sandbox: Sandbox;
let bed: ReleaseBed;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: 'demo', speed: SPEED });
  bed = await openReleaseBed(sandbox);
});

afterAll(async () => {
  bed.close();
  await sandbox.close();
});

/** Starts a deployment with a strategy of its own over one that has settled; answers its ARN. */
async function deploy(shop: ServiceRef, deploymentConfiguration: DeploymentConfiguration): Promise<string> {
  await bed.ecs.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: shop.service,
      taskDefinition: await register(shop, '1.8.0'),
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d'] } },
      loadBalancers: [
        {
          targetGroupArn: targetGroup('blue'),
          containerName: 'app',
          containerPort: 8080,
          advancedConfiguration: {
            alternateTargetGroupArn: targetGroup('green'),
            productionListenerRule:
              'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/production',
            testListenerRule: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/test',
            roleArn: 'arn:aws:iam::123456789012:role/ecs-load-balancers',
          },
        },
      ],
      deploymentConfiguration,
    }),
  );
  await settled(await newestDeployment(shop));
  const taskDefinition = await register(shop, '1.9.0');
  await bed.ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service: shop.service, taskDefinition }));
  return newestDeployment(shop);
}

async function settled(deployment: string): Promise<void> {
  const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [deployment] });
  const isSettled = async (): Promise<void> => {
    const { serviceDeployments } = await bed.ecs.send(command);
    expect(serviceDeployments?.[0]?.status).toBe('SUCCESSFUL');
  };
  await vi.waitFor(isSettled, { timeout: 20_000 });
}

function targetGroup(colour: string): string {
  return `arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/shop-${colour}/0123456789abcdef`;
}

async function register({ service: family }: ServiceRef, tag: string): Promise<string> {
  const { taskDefinition } = await bed.ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      containerDefinitions: [
        { name: 'app', image: `${bed.registry}/web:${tag}`, portMappings: [{ containerPort: 8080 }] },
      ],
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

async function newestDeployment({ cluster, service }: ServiceRef): Promise<string> {
  const command = new ListServiceDeploymentsCommand({ cluster, service, maxResults: 1 });
  return (await bed.ecs.send(command)).serviceDeployments?.[0]?.serviceDeploymentArn ?? '';
}

async function watch(
  shop: ServiceRef,
  deployment: string,
  onSeen: (rollout: Rollout) => void,
): Promise<Rollout> {
  const { signal } = new AbortController();
  return bed.releases['releases.watch']({ ...shop, deployment }, { signal, emit: onSeen });
}

function sharesOf({ traffic = [] }: Rollout): string {
  return traffic.map(({ revision, production }) => `${revision} ${production}`).join(', ');
}

describe.concurrent('watching a strategy of ECS', { timeout: 40_000 }, () => {
  it('shows the traffic of a canary shift, and how long it bakes', async ({ expect }) => {
    const shop = bed.service(CLUSTER, 'canary');
    const arn = await deploy(shop, {
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 20 },
      bakeTimeInMinutes: 1,
    });
    const shares = new Set<string>();
    let baking: Rollout | undefined;
    const end = await watch(shop, arn, (rollout) => {
      shares.add(sharesOf(rollout));
      if (rollout.stage?.until !== undefined) baking ??= rollout;
    });
    expect(end).toMatchObject({ strategy: 'CANARY', deployment: { outcome: 'succeeded' } });
    expect([...shares]).toContain('canary:1 90, canary:2 10');
    expect([...shares].at(-1)).toBe('canary:1 0, canary:2 100');
    const { since = '', until = '' } = baking?.stage ?? {};
    expect(Date.parse(until) - Date.parse(since)).toBe((20 * 60_000) / SPEED);
  });

  it('waits at a pause until a person goes on, and writes down that it was answered', async ({ expect }) => {
    const shop = bed.service(CLUSTER, 'continued');
    const arn = await deploy(shop, {
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 0,
      lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] }],
    });
    const answers: Promise<unknown>[] = [];
    const end = await watch(shop, arn, ({ hooks = [], ...rollout }) => {
      const waiting = hooks.find(({ waits }) => waits);
      if (waiting === undefined || answers.length > 0) return;
      expect(rollout.traffic?.map(({ production, test }) => [production, test])).toEqual([
        [100, 0],
        [0, 100],
      ]);
      const answer = { ...shop, deployment: arn, hook: waiting.id, action: 'continue' as const };
      answers.push(bed.releases['releases.continueHook'](answer, aCall()));
    });
    await Promise.all(answers);
    expect(answers).toHaveLength(1);
    expect(end.deployment.outcome).toBe('succeeded');
    const again = { ...shop, deployment: arn, hook: end.hooks?.[0]?.id ?? '', action: 'continue' as const };
    await expect(bed.releases['releases.continueHook'](again, aCall())).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('says that a person rolled it back at the pause', async ({ expect }) => {
    const shop = bed.service(CLUSTER, 'refused');
    const arn = await deploy(shop, {
      strategy: 'BLUE_GREEN',
      lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }],
    });
    let answered = false;
    const end = await watch(shop, arn, ({ hooks = [] }) => {
      const waiting = hooks.find(({ waits }) => waits);
      if (waiting === undefined || answered) return;
      answered = true;
      const answer = { ...shop, deployment: arn, hook: waiting.id, action: 'roll-back' as const };
      void bed.releases['releases.continueHook'](answer, aCall());
    });
    expect(end.deployment.outcome).toBe('rolled-back');
    expect(end.diagnosis).toMatchObject({ kind: 'stopped' });
    expect(end.sentence).toContain('ECS rolled back to refused:1.');
    const { services } = await bed.ecs.send(
      new DescribeServicesCommand({ cluster: CLUSTER, services: [shop.service] }),
    );
    expect(services?.[0]?.taskDefinition).toMatch(/:1$/);
  });
});
