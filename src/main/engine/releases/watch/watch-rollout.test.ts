import { DeleteServiceCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../../sandbox/testing/sandbox.ts';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import type { Release } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { eventually } from '../../../../shared/testing/eventually.ts';
import { TEST_POLL_INTERVAL_MS } from '../../testing/pace.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../../testing/release-engine.ts';

/** Enough to see that not each of them reads the tasks. */
const LOOKS = 12;

let sandbox: TestSandbox;
let engine: ReleaseEngine;
let dashboard: ServiceRef;

beforeEach(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  engine = await openReleaseEngine(sandbox);
  dashboard = engine.service('tools', 'dashboard');
});

afterEach(async () => {
  engine.close();
  await sandbox.close();
});

async function deploy(tag: string): Promise<Release & { readonly deploymentArn: string }> {
  const change = { images: [{ container: 'app', image: `${engine.registry}/dashboard:${tag}` }] };
  const plan = await engine.releases['releases.plan']({ service: dashboard, change }, aCall());
  const release = await engine.releases['releases.execute']({ plan: plan.id, why: 'to see it' }, aCall());
  const { deploymentArn } = release;
  if (deploymentArn === undefined) throw new Error('There is no deployment to watch.');
  return { ...release, deploymentArn };
}

async function watch(
  deployment: string,
  signal = new AbortController().signal,
): Promise<{ end: Rollout; seen: Rollout[] }> {
  const seen: Rollout[] = [];
  const first = Promise.withResolvers<void>();
  const watching = engine.releases['releases.watch'](
    { ...dashboard, deployment },
    {
      signal,
      emit(rollout) {
        seen.push(rollout);
        first.resolve();
      },
    },
  );
  // The deployment is seen on its way before time passes.
  await Promise.race([watching, first.promise]);
  return { end: await sandbox.clock.runUntil(watching), seen };
}

describe('watching a deployment', () => {
  it('succeeds only when ECS reports SUCCESSFUL, and records it in the journal', async () => {
    const release = await deploy('5.2.1');
    const { end, seen } = await watch(release.deploymentArn);
    expect(end.deployment).toMatchObject({
      status: 'SUCCESSFUL',
      outcome: 'succeeded',
      revision: 'dashboard:12',
      why: 'to see it',
    });
    expect(end.sentence).toMatch(/^dashboard:12 deployed in .*\d s\.$/);
    expect(end.taskGroups.find(({ role }) => role === 'new')).toMatchObject({
      revision: 'dashboard:12',
      cells: [{}],
    });
    expect(seen.at(-1)).toEqual(end);
    expect(seen[0]?.estimatedMsLeft).toBeGreaterThan(0);
    expect(engine.journal.entries.find(release.id)).toMatchObject({
      state: 'done',
      outcome: 'succeeded',
      sentence: end.sentence,
    });
  });

  it('of a crashing image names the container, the exit code and the rollback target', async () => {
    const release = await deploy('5.2.2-crash');
    const { end } = await watch(release.deploymentArn);
    expect(end.deployment).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL', outcome: 'rolled-back' });
    expect(end.sentence).toBe('app exited with code 1 (3 times); ECS rolled back to dashboard:11.');
    expect(end.failures).toMatchObject([
      { container: 'app', cause: 'exited with code 1', exitCode: 1, times: 3 },
    ]);
    expect(end.circuitBreaker).toMatchObject({ failures: 3, threshold: 3 });
    expect(engine.journal.entries.find(release.id)).toMatchObject({
      state: 'failed',
      outcome: 'rolled-back',
    });
  });

  it('that ended long ago returns at once', async () => {
    const history = await engine.dependencies.catalog['services.deployments'](dashboard, aCall());
    const old = history.at(-1);
    const { end, seen } = await watch(old?.arn ?? '');
    expect(end.deployment).toEqual({ ...old, isRollbackTarget: end.deployment.isRollbackTarget });
    expect(seen).toHaveLength(1);
  });

  it('reports that the service was deleted', async () => {
    const release = await deploy('5.2.1');
    const { cluster, service } = dashboard;
    await engine.ecs.send(new DeleteServiceCommand({ cluster, service, force: true }));
    const { end } = await watch(release.deploymentArn);
    expect(end.deployment).toMatchObject({ status: 'STOPPED', outcome: 'stopped' });
    expect(end.sentence).toMatch(
      /^The deployment of dashboard:12 was stopped before it finished: .*deletion of the service/,
    );
    expect(engine.journal.entries.find(release.id)?.state).toBe('failed');
  });

  it('continues while AWS throttles, and reports that it is not up to date', async () => {
    const release = await deploy('5.2.1');
    let polls = 0;
    const clicked = engine.dependencies.aws.ecs(engine.scope, 'visible');
    clicked.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName !== 'DescribeServiceDeploymentsCommand') return next(args);
        polls += 1;
        if (polls === 2)
          throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException', $fault: 'client' });
        return next(args);
      },
      { step: 'build', name: 'throttled' },
    );
    const { end, seen } = await watch(release.deploymentArn);
    expect(end.deployment.outcome).toBe('succeeded');
    expect(seen.map(({ notUpToDate }) => notUpToDate)).toContainEqual({
      reason: expect.stringMatching(/^AWS asked to slow down/),
      isUnreachable: false,
    });
  });

  it('is not needed for the journal: the next plan records the outcome', async () => {
    const release = await deploy('5.2.1');
    const { deploymentArn: arn } = release;
    await sandbox.clock.advanceUntil(async () => {
      const history = await engine.dependencies.catalog['services.deployments'](dashboard, aCall());
      expect(history.find((each) => each.arn === arn)?.outcome).toBe('succeeded');
    });
    expect(engine.journal.entries.find(release.id)?.state).toBe('open');
    await engine.releases['releases.plan']({ service: dashboard, change: {} }, aCall());
    expect(engine.journal.entries.find(release.id)).toMatchObject({ state: 'done', outcome: 'succeeded' });
  });

  it('that two watch is read once, and its tasks rarely while nothing changes', async () => {
    const { deploymentArn: deployment } = await deploy('5.2.1');
    const { endpoint, region, credentials } = sandbox;
    const own = await openReleaseEngine({ endpoint, region, credentials });
    const left = new AbortController();
    const join = (): Promise<Rollout> =>
      own.releases['releases.watch']({ ...dashboard, deployment }, { signal: left.signal, emit: () => {} });
    const since = sandbox.calls().length;
    const startedAt = performance.now();
    const watching = Promise.allSettled([join(), join()]);
    const count = (operation: string): number =>
      sandbox
        .calls()
        .slice(since)
        .filter((call) => call.operation === operation).length;
    await eventually(() => expect(count('DescribeServiceDeployments')).toBeGreaterThanOrEqual(LOOKS));
    left.abort();
    await watching;
    own.close();
    const intervals = (performance.now() - startedAt) / TEST_POLL_INTERVAL_MS;
    const readings = Math.ceil(intervals / 4) + 1;
    expect(count('DescribeServiceDeployments')).toBeLessThanOrEqual(Math.ceil(intervals) + 1);
    expect(count('DescribeServices')).toBeLessThanOrEqual(readings);
    expect(count('DescribeTasks')).toBeLessThanOrEqual(Math.ceil(readings / 2) + 1);
  });

  it('stops when it is cancelled', async () => {
    const release = await deploy('5.2.1');
    const canceller = new AbortController();
    const watching = watch(release.deploymentArn, canceller.signal);
    canceller.abort();
    await expect(watching).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(engine.journal.entries.find(release.id)?.state).toBe('open');
  });
});
