import { ECSClient } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createShiftingService, SHOP_CLUSTER } from '../../engine/testing/shifting-service.ts';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';

let cli: CliEngine;
let ecs: ECSClient;

beforeAll(async () => {
  cli = await openCliEngine();
  const { endpoint, region, credentials, clock } = cli.sandbox;
  ecs = new ECSClient({ endpoint, region, credentials });
  await createShiftingService(
    { ecs, registry: cli.registry, clock },
    {
      name: 'paused',
      configuration: {
        strategy: 'BLUE_GREEN',
        bakeTimeInMinutes: 1,
        lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] }],
      },
    },
  );
});
afterAll(async () => {
  ecs.destroy();
  await cli.close();
});

const PAUSED = ['-c', SHOP_CLUSTER, '-n', 'paused'];

it('a deploy exits with 5 when it waits for a person, and slipway continue lets it go on', async () => {
  const waiting = await cli.slipway(['deploy', ...PAUSED, '--force', '--override', 'image:app']);
  expect(waiting.out).toMatch(
    /^The deployment waits for a person at the hook \S+\. `slipway continue -c tools -n paused`/,
  );
  expect(waiting.code).toBe(5);
  const reached = await cli.slipway(['watch', ...PAUSED, '--until', 'paused']);
  expect(reached.code).toBe(0);

  const { code, out } = await cli.slipway(['continue', ...PAUSED]);
  expect(out).toMatch(/^Continued after the hook /);
  expect(code).toBe(0);
  expect(await cli.slipway(['watch', ...PAUSED])).toMatchObject({
    code: 0,
    out: expect.stringContaining('deployed in'),
  });
});

it('slipway continue is refused where no deployment is in progress', async () => {
  const { code, err } = await cli.slipway(['continue', '-c', 'staging', '-n', 'web']);
  expect(err).toContain('web has no deployment in progress.');
  expect(code).toBe(2);
});
