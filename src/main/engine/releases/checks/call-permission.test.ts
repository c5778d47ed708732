import { expect, it } from 'vitest';
import { startTestSandbox } from '../../../../sandbox/testing/sandbox.ts';
import type { Change } from '../../../../shared/model/change.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import { aCall, openReleaseEngine } from '../../testing/release-engine.ts';

/** The check of the calls of a plan, for a caller who is denied some actions. */
async function checkOf(
  deniedActions: readonly string[],
  changeOf: (registry: string) => Change,
): Promise<readonly Check[]> {
  const sandbox = await startTestSandbox({ scenario: 'demo', deniedActions });
  const engine = await openReleaseEngine(sandbox);
  try {
    const service = engine.service('tools', 'dashboard');
    const change = changeOf(engine.registry);
    const { checks } = await engine.releases['releases.plan']({ service, change }, aCall());
    return checks.filter(({ rule }) => rule === 'call-permission');
  } finally {
    engine.close();
    await sandbox.close();
  }
}

const anImage = (registry: string): Change => ({
  images: [{ container: 'app', image: `${registry}/dashboard:5.2.0` }],
});

it('a plan of a caller who may only read names the calls that AWS would refuse', async () => {
  expect(await checkOf(['ecs:RegisterTaskDefinition', 'ecs:UpdateService'], anImage)).toMatchObject([
    {
      result: 'fail',
      overridable: true,
      message: "You aren't allowed to use ecs:RegisterTaskDefinition and ecs:UpdateService",
    },
  ]);
});

it('a plan asks only about the calls that it has', async () => {
  expect(await checkOf(['ecs:RegisterTaskDefinition'], () => ({ desiredCount: 1 }))).toMatchObject([
    { result: 'pass', message: 'You are allowed to use ecs:UpdateService' },
  ]);
});

it('a plan does not guess where permissions cannot be simulated', async () => {
  expect(await checkOf(['iam:SimulatePrincipalPolicy'], anImage)).toMatchObject([
    {
      result: 'unknown',
      message: "Couldn't verify that you are allowed to use ecs:RegisterTaskDefinition and ecs:UpdateService",
    },
  ]);
});
