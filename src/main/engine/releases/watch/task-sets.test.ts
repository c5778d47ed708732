import { CreateServiceCommand, CreateTaskSetCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aCall, type DemoReleases, openDemoReleases } from '../../testing/release-engine.ts';

const CLUSTER = 'tools';

let engine: DemoReleases['engine'];
let close: DemoReleases['close'];

beforeEach(async () => {
  ({ engine, close } = await openDemoReleases());
});

afterEach(() => close());

describe('the task sets of a service', () => {
  it('are those that another tool made', async () => {
    const { taskDefinition, networkConfiguration } = await engine.describe(
      engine.service(CLUSTER, 'dashboard'),
    );
    await engine.ecs.send(
      new CreateServiceCommand({
        cluster: CLUSTER,
        serviceName: 'outside',
        desiredCount: 2,
        deploymentController: { type: 'EXTERNAL' },
      }),
    );
    await engine.ecs.send(
      new CreateTaskSetCommand({
        cluster: CLUSTER,
        service: 'outside',
        taskDefinition,
        networkConfiguration,
        launchType: 'FARGATE',
        scale: { unit: 'PERCENT', value: 50 },
      }),
    );
    const sets = await engine.releases['services.taskSets'](engine.service(CLUSTER, 'outside'), aCall());
    expect(sets).toMatchObject([
      { revision: taskDefinition?.split('/').at(-1), scalePercent: 50, desired: 1 },
    ]);
  });

  it('are none where ECS deploys the service', async () => {
    const sets = await engine.releases['services.taskSets'](engine.service(CLUSTER, 'dashboard'), aCall());
    expect(sets).toEqual([]);
  });
});
