import { UpdateServiceCommand, type UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { Change } from '../../../shared/model/change.ts';
import { type Bystander, startProxy } from '../testing/killing-proxy.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../testing/release-engine.ts';

/** The outcome of the first UpdateService: it never reaches ECS, or its answer never comes. */
type Loss = 'call' | 'answer';

let sandbox: TestSandbox;
let engine: ReleaseEngine;
let proxy: Awaited<ReturnType<typeof startProxy>>;
let loss: Loss | undefined;
/** Between the plan and its execution. */
let meanwhile: () => Promise<void>;
/** Right after the loss. */
let afterwards: () => Promise<void>;

const bystander: Bystander = {
  onCall: (operation) => decide('call', operation),
  onAnswer: (operation) => decide('answer', operation),
};

async function decide(what: Loss, operation: string): Promise<'pass' | 'swallow'> {
  if (operation !== 'UpdateService' || loss !== what) return 'pass';
  loss = undefined;
  await afterwards();
  return 'swallow';
}

beforeEach(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  proxy = await startProxy(sandbox.endpoint, bystander);
  engine = await openReleaseEngine({ ...sandbox, endpoint: proxy.endpoint });
  loss = undefined;
  meanwhile = () => Promise.resolve();
  afterwards = () => Promise.resolve();
});
afterEach(async () => {
  engine.close();
  await proxy.close();
  await sandbox.close();
});

async function change(what: Change, lost: Loss) {
  const service = engine.service('tools', 'dashboard');
  const plan = await engine.releases['releases.plan']({ service, change: what }, aCall());
  await meanwhile();
  loss = lost;
  return engine.releases['releases.execute']({ plan: plan.id, overrides: [] }, aCall());
}

async function somebodyElse(update: Omit<UpdateServiceRequest, 'cluster' | 'service'>): Promise<void> {
  await engine.ecs.send(new UpdateServiceCommand({ cluster: 'tools', service: 'dashboard', ...update }));
}

function updates(): number {
  return sandbox.calls().filter(({ operation }) => operation === 'UpdateService').length;
}

const SETTINGS: readonly (readonly [string, Change])[] = [
  ['the number of tasks', { desiredCount: 3 }],
  ['the percentages', { deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 150 } }],
  [
    'the circuit breaker',
    { deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } } },
  ],
  [
    'its threshold',
    {
      deploymentConfiguration: {
        deploymentCircuitBreaker: { thresholdConfiguration: { type: 'COUNT', value: 7 } },
      },
    },
  ],
  ['the grace period', { healthCheckGracePeriodSeconds: 90 }],
  ['ECS Exec', { enableExecuteCommand: true }],
  [
    'all of these',
    { desiredCount: 2, healthCheckGracePeriodSeconds: 45, deploymentConfiguration: { bakeTimeInMinutes: 3 } },
  ],
];

describe('a change of settings', () => {
  it.each(SETTINGS)(
    'of %s whose answer is lost is found applied, and not sent again',
    async (_what, settings) => {
      const release = await change(settings, 'answer');
      expect(engine.journal.entries.find(release.id)?.state).toBe('done');
      expect(updates()).toBe(1);
    },
  );

  it.each(SETTINGS)(
    'of %s that never reached ECS is found missing, and sent again',
    async (_what, settings) => {
      const release = await change(settings, 'call');
      expect(engine.journal.entries.find(release.id)?.state).toBe('done');
      // The first one was lost on its way.
      expect(updates()).toBe(1);
      const service = engine.service('tools', 'dashboard');
      const again = await engine.releases['releases.plan']({ service, change: settings }, aCall());
      expect(again.checks).toContainEqual(expect.objectContaining({ rule: 'change', result: 'fail' }));
    },
  );

  it('does not revert what somebody else has set since the plan', async () => {
    meanwhile = () => somebodyElse({ desiredCount: 7 });
    const refused = change({ desiredCount: 3 }, 'call');
    await expect(refused).rejects.toMatchObject({ code: 'STALE_PLAN' });
    await expect(refused).rejects.toThrow(
      /the desired count was changed from 1 to 7 since this plan was created/,
    );
    expect((await engine.describe(engine.service('tools', 'dashboard'))).desiredCount).toBe(7);
  });

  it('whose answer is lost, and that somebody else then changes, is not reported as succeeded', async () => {
    afterwards = () => somebodyElse({ desiredCount: 7 });
    await expect(change({ desiredCount: 3 }, 'answer')).rejects.toThrow(/AWS may have carried it out/);
    expect(engine.journal.entries.list({})).toMatchObject([{ state: 'failed' }]);
    expect((await engine.describe(engine.service('tools', 'dashboard'))).desiredCount).toBe(7);
  });
});

describe('a deploy of an existing revision', () => {
  it('follows its own deployment after a lost answer, although somebody else deployed right after it', async () => {
    const service = engine.service('tools', 'dashboard');
    const { taskDefinition = '' } = await engine.describe(service);
    const earlier = taskDefinition.replace(/\d+$/, (number) => String(Number(number) - 1));
    const plan = await engine.releases['releases.planRevision']({ service, revision: earlier }, aCall());
    afterwards = () => somebodyElse({ taskDefinition, forceNewDeployment: true });
    loss = 'answer';
    const release = await engine.releases['releases.execute']({ plan: plan.id }, aCall());
    expect((await engine.describe(service)).taskDefinition).toBe(taskDefinition);
    const watched = { ...service, deployment: release.deploymentArn ?? '' };
    const end = await sandbox.clock.runUntil(engine.releases['releases.watch'](watched, aCall()));
    expect(end.deployment).toMatchObject({ taskDefinitionArn: earlier, outcome: 'stopped' });
    expect(engine.journal.entries.find(release.id)).toMatchObject({ state: 'failed', outcome: 'stopped' });
    expect(updates()).toBe(2);
  });
});
