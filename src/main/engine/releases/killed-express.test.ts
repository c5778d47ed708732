import { CreateExpressGatewayServiceCommand, UpdateExpressGatewayServiceCommand } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { readExpressConfiguration } from '../catalog/express-service.ts';
import { execution, killAtEachCall, type Prepare, settled } from '../testing/killed-changes.ts';
import { type Lane, SERVICE, serviceNow, withSlipway } from '../testing/killed-process.ts';
import { aCall } from '../testing/release-engine.ts';

const SHOP = { ...SERVICE, service: 'shop' };
const SHOP_ARN = 'arn:aws:ecs:us-east-1:123456789012:service/tools/shop';
const ROLE = 'arn:aws:iam::123456789012:role/ecs-execution';
const WRITES = ['UpdateExpressGatewayService'];

const imageOf = ({ sandbox }: Lane, tag: string): string =>
  `${new URL(sandbox.endpoint).host}/dashboard:${tag}`;

/** Of the lane's Express service, which the first attempt creates. */
async function settledShop(lane: Lane): Promise<void> {
  await serviceNow(lane, SHOP).catch(() =>
    lane.ecs.send(
      new CreateExpressGatewayServiceCommand({
        cluster: SHOP.cluster,
        serviceName: SHOP.service,
        infrastructureRoleArn: ROLE,
        executionRoleArn: ROLE,
        primaryContainer: { image: imageOf(lane, '5.2.0'), containerPort: 8080 },
      }),
    ),
  );
  await settled(lane, SHOP);
}

const configuration = (lane: Lane) => readExpressConfiguration(lane.ecs, SHOP_ARN, aCall().signal);

const prepareRelease: Prepare = async (lane, folder) => {
  await settledShop(lane);
  const before = await configuration(lane);
  const image = imageOf(
    lane,
    before?.primaryContainer?.image?.endsWith('5.2.0') === true ? '5.2.1' : '5.2.0',
  );
  const minTaskCount = before?.scalingTarget?.minTaskCount === 1 ? 2 : 1;
  const change = { images: [{ container: 'Main', image }], scaling: { minTaskCount } };
  const plan = await withSlipway(lane, folder, (client) =>
    client.call('releases.plan', { service: SHOP, change }),
  );
  return {
    ...execution(plan, WRITES),
    async check({ entry, reached }) {
      const isDone = reached('UpdateExpressGatewayService') === 1;
      expect(entry).toMatchObject(isDone ? { state: 'done', outcome: 'succeeded' } : { state: 'failed' });
      const now = await configuration(lane);
      expect(now?.primaryContainer?.image).toBe(isDone ? image : before?.primaryContainer?.image);
      expect(now?.scalingTarget?.minTaskCount).toBe(
        isDone ? minTaskCount : before?.scalingTarget?.minTaskCount,
      );
      expect(now?.taskDefinitionArn).toBe(isDone ? entry?.taskDefinitionArn : before?.taskDefinitionArn);
    },
  };
};

/** To the scaling and the health check path of the release before. */
const prepareRollback: Prepare = async (lane, folder) => {
  await settledShop(lane);
  const earlier = await configuration(lane);
  const isHealth = earlier?.healthCheckPath === '/health';
  await lane.ecs.send(
    new UpdateExpressGatewayServiceCommand({
      serviceArn: SHOP_ARN,
      healthCheckPath: isHealth ? '/live' : '/health',
      scalingTarget: { maxTaskCount: isHealth ? 6 : 9 },
    }),
  );
  await settled(lane, SHOP);
  const before = await configuration(lane);
  const plan = await withSlipway(lane, folder, async (client) => {
    const deployments = await client.call('services.deployments', SHOP);
    const to = deployments.find(({ serviceRevisionArn: arn }) => arn === earlier?.serviceRevisionArn);
    return client.call('releases.planRollback', { service: SHOP, to: to?.arn });
  });
  return {
    ...execution(plan, WRITES),
    async check({ entry, reached }) {
      const isDone = reached('UpdateExpressGatewayService') === 1;
      expect(entry).toMatchObject(isDone ? { state: 'done', outcome: 'succeeded' } : { state: 'failed' });
      const now = await configuration(lane);
      const expected = isDone ? earlier : before;
      expect(now?.healthCheckPath).toBe(expected?.healthCheckPath);
      expect(now?.scalingTarget).toEqual(expected?.scalingTarget);
    },
  };
};

describe.concurrent('an update of an Express service whose process is killed at each of its calls', () => {
  it.each<readonly [string, Prepare]>([
    ['a release of an image with another scaling', prepareRelease],
    ['a rollback of scaling and health check path', prepareRollback],
  ])('%s is recovered after a restart, and nothing is sent twice', async (_what, prepare) => {
    expect((await killAtEachCall(prepare)).length).toBeGreaterThan(1);
  });
});
