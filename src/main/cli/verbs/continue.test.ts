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

/** A rule that asks for the name of the service, as production does. */
async function askForNames(): Promise<void> {
  const { out } = await cli.slipway(['call', 'environments.rules', '{}']);
  const version = /"version":"([^"]+)"/.exec(out)?.[1];
  const change = { kind: 'add', at: 0, rule: { cluster: SHOP_CLUSTER, confirm: 'name' } };
  await cli.slipway(['call', 'environments.changeRules', JSON.stringify({ version, change })]);
}

const PAUSED = ['-c', SHOP_CLUSTER, '-n', 'paused'];

it('a deploy exits with 5 when it waits for a person, and slipway continue lets it go on, with the name of the service where its environment asks for it', async () => {
  const waiting = await cli.slipway(['deploy', ...PAUSED, '--force', '--override', 'image:app']);
  expect(waiting.out).toMatch(
    /^The deployment waits for a person at the hook \S+\. `slipway continue -c tools -n paused`/,
  );
  expect(waiting.code).toBe(5);
  const reached = await cli.slipway(['watch', ...PAUSED, '--until', 'paused']);
  expect(reached.code).toBe(0);

  await askForNames();
  for (const answer of [[], ['--roll-back'], ['--confirm', 'other']]) {
    expect(await cli.slipway(['continue', ...PAUSED, ...answer])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Add --confirm paused'),
    });
  }
  const { code, out } = await cli.slipway(['continue', ...PAUSED, '--confirm', 'paused']);
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
