import {
  CreateCapacityProviderCommand,
  CreateDaemonCommand,
  CreateExpressGatewayServiceCommand,
  RegisterDaemonTaskDefinitionCommand,
  UpdateDaemonCommand,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { ImageCleanupPlan } from '../../../../shared/model/image-cleanup.ts';
import { refuse } from '../../testing/counted-requests.ts';
import { type ImageEngine, openImageEngine } from '../../testing/image-cleanup-engine.ts';

const MINUTE = 60_000;
const CLUSTER = 'arn:aws:ecs:us-east-1:123456789012:cluster/main';
const DAEMON = 'arn:aws:ecs:us-east-1:123456789012:daemon/main/agent';
const ROLE = 'arn:aws:iam::123456789012:role/ecs-execution';

let images: ImageEngine;
let capacityProviderArns: string[];
beforeEach(async () => {
  images = await openImageEngine();
  const { capacityProvider } = await images.engine.ecs.send(
    new CreateCapacityProviderCommand({
      name: 'managed',
      cluster: 'main',
      managedInstancesProvider: {
        infrastructureRoleArn: ROLE,
        instanceLaunchTemplate: {
          ec2InstanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/ecs',
          networkConfiguration: { subnets: ['subnet-1'] },
        },
      },
    }),
  );
  capacityProviderArns = [capacityProvider?.capacityProviderArn ?? ''];
});
afterEach(async () => {
  await images.close();
});

/** The client that a preview, or a batch, reads with. */
const reader = (priority: 'visible' | 'background') =>
  images.engine.cleaning.aws.ecs(images.engine.scope, priority);

async function registerDaemon(image: string): Promise<string> {
  const { daemonTaskDefinitionArn = '' } = await images.engine.ecs.send(
    new RegisterDaemonTaskDefinitionCommand({
      family: 'agent',
      containerDefinitions: [{ name: 'agent', image, memory: 64 }],
    }),
  );
  return daemonTaskDefinitionArn;
}

async function createDaemon(image: string): Promise<void> {
  await images.engine.ecs.send(
    new CreateDaemonCommand({
      daemonName: 'agent',
      clusterArn: CLUSTER,
      daemonTaskDefinitionArn: await registerDaemon(image),
      capacityProviderArns,
    }),
  );
  images.engine.sandbox.clock.advance(10 * MINUTE);
}

const verdictOf = ({ items }: ImageCleanupPlan, digest: string) =>
  items.find((item) => item.digest === digest);

async function refusal(asked: Promise<unknown>): Promise<SlipwayError> {
  const failure: unknown = await asked.catch((error: unknown) => error);
  if (failure instanceof SlipwayError) return failure;
  throw new Error('It was not refused.');
}

describe('an image clean-up', () => {
  it('keeps the image that only a managed daemon runs, by the digest that ECS resolved', async () => {
    const running = await images.push('1');
    await images.push('2');
    await createDaemon(images.at('1'));
    expect(verdictOf(await images.plan(), running)).toMatchObject({
      verdict: 'keep',
      reason: 'agent:1: runs as the daemon main/agent',
    });
  });

  it('keeps the image of the revision that a daemon ran before, as its way back', async () => {
    const before = await images.push('1');
    await images.push('2');
    await images.push('3');
    await createDaemon(images.at('1'));
    await images.engine.ecs.send(
      new UpdateDaemonCommand({
        daemonArn: DAEMON,
        daemonTaskDefinitionArn: await registerDaemon(images.at('2')),
        capacityProviderArns,
      }),
    );
    images.engine.sandbox.clock.advance(10 * MINUTE);
    expect(verdictOf(await images.plan(), before)).toMatchObject({
      verdict: 'keep',
      reason: 'agent:1: rollback target of the daemon main/agent',
    });
  });

  it('keeps the image that a daemon task definition without a daemon names', async () => {
    const named = await images.push('1');
    await images.push('2');
    await registerDaemon(images.at('1'));
    expect(verdictOf(await images.plan(), named)).toMatchObject({
      verdict: 'keep',
      reason: 'the daemon task definition agent:1 refers to it',
    });
  });

  it('spares the image that a daemon has taken up since the plan was made', async () => {
    const taken = await images.push('1');
    await images.push('2');
    const plan = await images.plan();
    expect(verdictOf(plan, taken)?.verdict).toBe('remove');
    await createDaemon(images.at('1'));
    const job = await images.run(plan);
    expect(job.spared).toHaveLength(1);
    expect(await images.present()).toContain(taken);
  });

  it('keeps the images of an Express service: what it runs, and what it ran before', async () => {
    const [first, second] = [await images.push('1'), await images.push('2')];
    await images.push('3');
    const { service } = await images.engine.ecs.send(
      new CreateExpressGatewayServiceCommand({
        cluster: 'main',
        serviceName: 'shop',
        infrastructureRoleArn: ROLE,
        executionRoleArn: ROLE,
        primaryContainer: { image: images.at('1') },
      }),
    );
    images.engine.sandbox.clock.advance(20 * MINUTE);
    await images.engine.ecs.send(
      new UpdateExpressGatewayServiceCommand({
        serviceArn: service?.serviceArn,
        primaryContainer: { image: images.at('2') },
      }),
    );
    images.engine.sandbox.clock.advance(30 * MINUTE);
    const plan = await images.plan();
    expect(verdictOf(plan, second)?.reason).toMatch(/main\/shop/);
    expect(verdictOf(plan, first)?.reason).toMatch(/rollback target of main\/shop/);
  });
});

describe('a clean-up that cannot read the managed daemons', () => {
  it.each([
    ['ListDaemons', 'the managed daemons'],
    ['ListDaemonTaskDefinitions', 'the daemon task definitions'],
  ])('removes nothing when %s is denied, and names the action', async (operation, part) => {
    await images.push('1');
    await images.push('2');
    refuse(reader('visible'), operation, 'AccessDeniedException', () => true);
    const { code, message, detail } = await refusal(images.plan());
    expect(code).toBe('FORBIDDEN');
    expect(message).toContain(`Nothing was removed, because ${part} could not be read`);
    expect(detail.action).toBe(`ecs:${operation}`);
  });

  it('removes nothing when the listing is denied before a batch', async () => {
    const unused = await images.push('1');
    await images.push('2');
    const plan = await images.plan();
    refuse(reader('background'), 'ListDaemons', 'AccessDeniedException', () => true);
    expect((await refusal(images.run(plan))).message).toMatch(/ecs:ListDaemons/);
    expect(await images.present()).toContain(unused);
  });

  it.each(['UnknownOperationException', 'UnsupportedFeatureException'])(
    'continues where ECS answers %s, because the region has no daemons',
    async (name) => {
      const unused = await images.push('1');
      await images.push('2');
      refuse(reader('visible'), 'ListDaemons', name, () => true);
      refuse(reader('visible'), 'ListDaemonTaskDefinitions', name, () => true);
      expect(verdictOf(await images.plan(), unused)?.verdict).toBe('remove');
    },
  );
});
