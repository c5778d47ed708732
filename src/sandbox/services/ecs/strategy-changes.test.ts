import type { UpdateServiceCommandInput } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '../../testing/ecs-service.ts';

const SPOT = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
const BOTH = [...SPOT, { capacityProvider: 'FARGATE', weight: 1, base: 1 }];
const MUST_FORCE =
  'When switching from launch type to capacity provider strategy on an existing service, or making a change to a capacity provider strategy on a service that is already using one, you must force a new deployment.';

let web: TestService;

beforeEach(async () => {
  web = await startTestService();
  await web.create(await web.register(web.ecs.push('web:1.0').reference));
});
afterEach(() => web.ecs.close());

async function update(change: Partial<UpdateServiceCommandInput>): Promise<void> {
  await web.update(change);
  web.ecs.clock.advance(5 * 60_000);
}

describe('a capacity provider strategy', () => {
  it('replaces a launch type only with a forced deployment, in the message of AWS', async () => {
    await expect(update({ capacityProviderStrategy: SPOT })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: MUST_FORCE,
    });
    expect((await web.service()).launchType).toBe('FARGATE');
    await update({ capacityProviderStrategy: SPOT, forceNewDeployment: true });
    const service = await web.service();
    expect(service.capacityProviderStrategy).toMatchObject(SPOT);
    expect(service.launchType).toBeUndefined();
    expect(service.runningCount).toBe(4);
  });

  it.each([
    ['another one', { capacityProviderStrategy: SPOT }],
    ['an empty one', { capacityProviderStrategy: [] }],
  ])('is replaced by %s only with a forced deployment', async (_what, change) => {
    await update({ capacityProviderStrategy: BOTH, forceNewDeployment: true });
    await expect(update(change)).rejects.toThrow(MUST_FORCE);
    await update({ ...change, forceNewDeployment: true });
    expect((await web.service()).capacityProviderStrategy ?? []).toMatchObject(
      change.capacityProviderStrategy,
    );
  });

  it('is left for the launch type by an empty list', async () => {
    await update({ capacityProviderStrategy: SPOT, forceNewDeployment: true });
    await update({ capacityProviderStrategy: [], forceNewDeployment: true });
    expect((await web.service()).launchType).toBe('FARGATE');
  });

  it('that is the same in another order is no change and starts no deployment', async () => {
    await update({ capacityProviderStrategy: BOTH, forceNewDeployment: true });
    const before = (await web.service()).deployments?.[0]?.id;
    await update({ capacityProviderStrategy: BOTH.toReversed() });
    expect((await web.service()).deployments?.[0]?.id).toBe(before);
  });
});
