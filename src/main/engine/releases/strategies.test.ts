import {
  type DeploymentConfiguration,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { Rollout } from '../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../testing/release-engine.ts';
import {
  createShiftingService,
  newestDeployment,
  registerShop,
  SHOP_CLUSTER,
} from '../testing/shifting-service.ts';

/** A minute takes a fifth of a second. */
const SPEED = 300;

let sandbox: TestSandbox;
let engine: ReleaseEngine;

beforeEach(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo', speed: SPEED });
  engine = await openReleaseEngine(sandbox);
});

afterEach(async () => {
  engine.close();
  await sandbox.close();
});

/** Starts a deployment with a strategy of its own over one that has settled; answers its ARN. */
async function deploy(shop: ServiceRef, configuration: DeploymentConfiguration): Promise<string> {
  const { service: name } = shop;
  await createShiftingService({ ...engine, clock: sandbox.clock }, { name, configuration });
  const taskDefinition = await registerShop(engine, name, '1.9.0');
  await engine.ecs.send(new UpdateServiceCommand({ cluster: SHOP_CLUSTER, service: name, taskDefinition }));
  return newestDeployment(engine, name);
}

async function watch(
  shop: ServiceRef,
  deployment: string,
  onSeen: (rollout: Rollout) => void,
): Promise<Rollout> {
  const { signal } = new AbortController();
  return engine.releases['releases.watch']({ ...shop, deployment }, { signal, emit: onSeen });
}

/** Of the new revision in the production traffic, as a percentage. */
async function expectShare(arn: string, share: number): Promise<void> {
  const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] });
  const { serviceDeployments } = await engine.truth.send(command);
  expect(serviceDeployments?.[0]?.targetServiceRevision?.requestedProductionTrafficWeight).toBe(share);
}

function sharesOf({ traffic = [] }: Rollout): string {
  return traffic.map(({ revision, production }) => `${revision} ${production}`).join(', ');
}

describe('watching a strategy of ECS', () => {
  it('shows the traffic of a canary shift, and its bake time', async () => {
    const shop = engine.service(SHOP_CLUSTER, 'canary');
    const arn = await deploy(shop, {
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 20 },
      bakeTimeInMinutes: 1,
    });
    const shares = new Set<string>();
    let baking: Rollout | undefined;
    const watching = watch(shop, arn, (rollout) => {
      shares.add(sharesOf(rollout));
      if (rollout.stage?.until !== undefined) baking ??= rollout;
    });
    await sandbox.clock.advanceUntil(() => expectShare(arn, 10));
    await eventually(() => expect(baking).toBeDefined());
    const end = await sandbox.clock.runUntil(watching);
    expect(end).toMatchObject({ strategy: 'CANARY', deployment: { outcome: 'succeeded' } });
    expect([...shares]).toContain('canary:1 90, canary:2 10');
    expect([...shares].at(-1)).toBe('canary:1 0, canary:2 100');
    const { since = '', until = '' } = baking?.stage ?? {};
    expect(Date.parse(until) - Date.parse(since)).toBe((20 * 60_000) / SPEED);
  });

  it('waits at a pause until a person continues, and records the answer', async () => {
    const shop = engine.service(SHOP_CLUSTER, 'continued');
    const arn = await deploy(shop, {
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 0,
      lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] }],
    });
    const answers: Promise<unknown>[] = [];
    const watching = watch(shop, arn, ({ hooks = [], ...rollout }) => {
      const waiting = hooks.find(({ waits }) => waits);
      if (waiting === undefined || answers.length > 0) return;
      expect(rollout.traffic?.map(({ production, test }) => [production, test])).toEqual([
        [100, 0],
        [0, 100],
      ]);
      const answer = { ...shop, deployment: arn, hook: waiting.id, action: 'continue' as const };
      answers.push(engine.releases['releases.continueHook'](answer, aCall()));
    });
    const end = await sandbox.clock.runUntil(watching);
    await Promise.all(answers);
    expect(answers).toHaveLength(1);
    expect(end.deployment.outcome).toBe('succeeded');
    const again = { ...shop, deployment: arn, hook: end.hooks?.[0]?.id ?? '', action: 'continue' as const };
    await expect(engine.releases['releases.continueHook'](again, aCall())).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('says that a person rolled it back at the pause', async () => {
    const shop = engine.service(SHOP_CLUSTER, 'refused');
    const arn = await deploy(shop, {
      strategy: 'BLUE_GREEN',
      lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }],
    });
    let answered = false;
    const watching = watch(shop, arn, ({ hooks = [] }) => {
      const waiting = hooks.find(({ waits }) => waits);
      if (waiting === undefined || answered) return;
      answered = true;
      const answer = { ...shop, deployment: arn, hook: waiting.id, action: 'roll-back' as const };
      void engine.releases['releases.continueHook'](answer, aCall());
    });
    const end = await sandbox.clock.runUntil(watching);
    expect(end.deployment.outcome).toBe('rolled-back');
    expect(end.diagnosis).toMatchObject({ kind: 'stopped' });
    expect(end.sentence).toContain('ECS rolled back to refused:1.');
    const { services } = await engine.ecs.send(
      new DescribeServicesCommand({ cluster: SHOP_CLUSTER, services: [shop.service] }),
    );
    expect(services?.[0]?.taskDefinition).toMatch(/:1$/);
  });
});
