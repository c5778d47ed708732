import {
  CreateExpressGatewayServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  type Service,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createShiftingService, SHOP_CLUSTER } from '../../engine/testing/shifting-service.ts';
import {
  NEXT,
  OUTSIDE,
  openTaskSetEngine,
  type TaskSetEngine,
} from '../../engine/testing/task-set-engine.ts';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';

let outside: TaskSetEngine;
let cli: CliEngine;
let ecs: ECSClient;

beforeAll(async () => {
  outside = await openTaskSetEngine();
  cli = await openCliEngine({}, outside.sandbox);
  const { endpoint, region, credentials, clock } = cli.sandbox;
  ecs = new ECSClient({ endpoint, region, credentials });
  await createShiftingService(
    { ecs, registry: cli.registry, clock },
    { name: 'colours', configuration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 } },
  );
});
afterAll(async () => {
  ecs.destroy();
  outside.ecs.destroy();
  await cli.close();
});

const STAGING = ['-c', 'staging', '-n', 'web'];
const COLOURS = ['-c', SHOP_CLUSTER, '-n', 'colours'];

async function describeService(cluster: string, service: string): Promise<Service> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  return services?.[0] ?? {};
}

describe('an option of slipway deploy', () => {
  it('--grace sets the grace period of health checks', async () => {
    const { code, err } = await cli.slipway(['deploy', ...COLOURS, '--grace', '77', '--force']);
    expect(err).toContain('77');
    expect(code).toBe(0);
    expect(await describeService(SHOP_CLUSTER, 'colours')).toMatchObject({
      healthCheckGracePeriodSeconds: 77,
    });
  });

  it('--enable-exec enables ECS Exec', async () => {
    const { code, err } = await cli.slipway(['deploy', ...STAGING, '--enable-exec', '--force']);
    expect(err).toContain('Exec');
    expect(code).toBe(0);
    expect(await describeService('staging', 'web')).toMatchObject({ enableExecuteCommand: true });
  });

  it('--wait-until stage:BAKE_TIME ends with 0 while the deployment is in that stage', async () => {
    const args = ['deploy', ...COLOURS, '--force', '--wait-until', 'stage:BAKE_TIME', '--json'];
    const { code, out, err } = await cli.slipway(args);
    expect(JSON.parse(out)).toMatchObject({ result: 'in-progress', deployment: { outcome: 'in-progress' } });
    expect(err).toContain(
      `The deployment continues. \`slipway watch -c ${SHOP_CLUSTER} -n colours\` follows it.`,
    );
    expect(code).toBe(0);
    const { currentServiceDeployment } = await describeService(SHOP_CLUSTER, 'colours');
    expect(currentServiceDeployment).toBeDefined();
    expect((await cli.slipway(['watch', ...COLOURS])).code).toBe(0);
  });

  it('--strategy changes how the service is deployed', async () => {
    const { code, err } = await cli.slipway(['deploy', ...COLOURS, '--strategy', 'ROLLING', '--force']);
    expect(err).toMatch(/BLUE_GREEN|Blue/i);
    expect(code).toBe(0);
    expect(await describeService(SHOP_CLUSTER, 'colours')).toMatchObject({
      deploymentConfiguration: { strategy: 'ROLLING' },
    });
  });

  it.each(['staging-web:35', '36'])('--revision %s deploys a registered revision', async (revision) => {
    const { code, out } = await cli.slipway(['deploy', ...STAGING, '--revision', revision]);
    const name = revision.includes(':') ? revision : `staging-web:${revision}`;
    expect(out).toContain(`${name} deployed in`);
    expect(code).toBe(0);
    const { taskDefinition } = await describeService('staging', 'web');
    expect(taskDefinition).toMatch(new RegExp(`/${name}$`));
  });

  it('--override deploys although a check has failed, which is refused without it', async () => {
    const deploymentConfiguration = { minimumHealthyPercent: 100, maximumPercent: 109 };
    await ecs.send(new UpdateServiceCommand({ cluster: 'staging', service: 'web', deploymentConfiguration }));
    const args = ['deploy', ...STAGING, '--force', '--wait-until', 'accepted'];
    const refused = await cli.slipway(args);
    expect(refused.err).toContain('(--override movement)');
    expect(refused.err).toContain('Nothing was sent.');
    expect(refused.code).toBe(2);
    const { code, out } = await cli.slipway([...args, '--override', 'movement']);
    expect(out).toMatch(/^ECS accepted: /);
    expect(code).toBe(0);
  });
});

describe('slipway deploy', () => {
  it('releases to a service with task sets and follows the new set until it is the only one', async () => {
    const where = ['-c', OUTSIDE.cluster, '-n', OUTSIDE.service];
    const { code, out, err } = await cli.slipway(['deploy', ...where, '-i', `dashboard:${NEXT}`]);
    expect(err).toContain('CreateTaskSet');
    expect(out).toMatch(/^outside:2 deployed and is the primary task set/);
    expect(code).toBe(0);
    expect(await outside.sets()).toHaveLength(1);
    expect((await outside.primary()).taskDefinition).toMatch(/\/outside:2$/);
  });

  it('releases to an Express service', async () => {
    const role = 'arn:aws:iam::123456789012:role/ecs-execution';
    await ecs.send(
      new CreateExpressGatewayServiceCommand({
        cluster: 'tools',
        serviceName: 'storefront',
        infrastructureRoleArn: role,
        executionRoleArn: role,
        primaryContainer: { image: outside.image('5.2.0'), containerPort: 8080 },
      }),
    );
    await cli.sandbox.clock.advanceUntil(async () => {
      const { currentServiceDeployment } = await describeService('tools', 'storefront');
      expect(currentServiceDeployment).toBeUndefined();
    });
    const args = ['deploy', '-c', 'tools', '-n', 'storefront', '-i', 'dashboard:5.2.1'];
    const { code, out, err } = await cli.slipway(args);
    expect(err).toMatch(/UpdateExpressGatewayService.*: done/);
    expect(out).toContain('deployed in');
    expect(code).toBe(0);
    const again = await cli.slipway(args);
    expect(again.out).toContain('runs this already');
    expect(again.code).toBe(0);
  });
});
