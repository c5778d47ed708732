import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UpdateServicePrimaryTaskSetCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import type { Plan, Release } from '../../../../shared/model/plan.ts';
import { eventually } from '../../../../shared/testing/eventually.ts';
import { startProxy } from '../../testing/killing-proxy.ts';
import { openSlipway, type Slipway } from '../../testing/slipway.ts';
import {
  CRASHING,
  createSet,
  FIRST,
  NEXT,
  OUTSIDE,
  openTaskSetEngine,
  planImage,
  settled,
  type TaskSetEngine,
} from '../../testing/task-set-engine.ts';

let engine: TaskSetEngine;
let slipway: Slipway;
let folder: string;
beforeEach(async () => {
  engine = await openTaskSetEngine();
  folder = mkdtempSync(path.join(tmpdir(), 'task-sets-'));
  slipway = await openSlipway(engine.sandbox, folder);
});
afterEach(async () => {
  await slipway.close();
  await engine.sandbox.close();
  rmSync(folder, { recursive: true });
});

function execute({ id }: Plan): Promise<Release> {
  return slipway.client.call('releases.execute', { plan: id });
}

/** What the rollout of a release said on its way, and at its end. */
async function watched(deployment: string | undefined): Promise<readonly Rollout[]> {
  const seen: Rollout[] = [];
  const first = Promise.withResolvers<void>();
  const onEvent = (rollout: Rollout): void => {
    seen.push(rollout);
    first.resolve();
  };
  const watched = { ...OUTSIDE, deployment: deployment ?? '' };
  const watching = slipway.client.call('releases.watch', watched, { onEvent });
  // The release is seen on its way before time passes.
  await Promise.race([watching, first.promise]);
  return [...seen, await engine.sandbox.clock.runUntil(watching)];
}

const operationsOf = ({ calls }: Plan): readonly string[] => calls.map(({ operation }) => operation);

describe('a release with task sets', () => {
  it('says what of the set before it this version has no name for', async () => {
    const proxy = await startProxy(engine.sandbox.endpoint, {
      onCall: () => 'pass',
      onAnswer: () => 'pass',
      rewrite: (operation, answer) =>
        operation === 'DescribeTaskSets'
          ? answer.replace('"awsvpcConfiguration":{', '"awsvpcConfiguration":{"ipamPool":"pool-1",')
          : answer,
    });
    const other = mkdtempSync(path.join(tmpdir(), 'task-sets-'));
    const newer = await openSlipway({ ...engine.sandbox, endpoint: proxy.endpoint }, other);
    try {
      const { checks } = await planImage(newer.client, engine, NEXT);
      expect(checks).toContainEqual(
        expect.objectContaining({
          rule: 'newer-settings',
          result: 'fail',
          overridable: true,
          message:
            'The new task set would lose networkConfiguration.awsvpcConfiguration.ipamPool of the one before it',
        }),
      );
    } finally {
      await newer.close();
      await proxy.close();
      rmSync(other, { recursive: true });
    }
  });

  it('is planned with its calls, its commands and its checks', async () => {
    const plan = await planImage(slipway.client, engine, NEXT);
    expect(operationsOf(plan)).toEqual([
      'DescribeTaskDefinition',
      'RegisterTaskDefinition',
      'DescribeTaskSets',
      'CreateTaskSet',
      'UpdateServicePrimaryTaskSet',
      'UpdateTaskSet',
      'DeleteTaskSet',
    ]);
    expect(plan.checks.filter(({ result }) => result === 'fail')).toEqual([]);
    expect(plan.checks.map(({ rule }) => rule)).toContain('way-back');
    expect(plan.canExecute).toBe(true);
    const script = plan.commands.join('\n');
    expect(script).toContain('create-task-set');
    expect(script).toContain('--launch-type FARGATE');
    expect(script).toContain('= STEADY_STATE');
  });

  it('creates the new set, makes it primary once it is steady, and deletes the old one', async () => {
    const before = await engine.primary();
    const release = await execute(await planImage(slipway.client, engine, NEXT));
    const rollouts = await watched(release.deploymentArn);
    expect(rollouts[0]?.taskGroups.map(({ role }) => role)).toEqual(['old', 'new']);
    expect(rollouts[0]?.taskGroups[0]?.summary).toContain('primary');
    expect(rollouts[0]?.deployment.stage).toBe('SCALE_UP_NEW_TASK_SET');
    expect(rollouts.at(-1)).toMatchObject({ deployment: { outcome: 'succeeded', revision: 'outside:2' } });

    const entry = await settled(engine, slipway.client, release.id);
    expect(entry).toMatchObject({
      state: 'done',
      outcome: 'succeeded',
      deploymentArn: release.deploymentArn,
    });
    expect(entry.steps.map(({ operation }) => operation)).toEqual([
      'RegisterTaskDefinition',
      'CreateTaskSet',
      'UpdateServicePrimaryTaskSet',
      'UpdateTaskSet',
      'DeleteTaskSet',
    ]);
    expect(await engine.sets()).toMatchObject([
      {
        taskSetArn: release.deploymentArn,
        status: 'PRIMARY',
        stabilityStatus: 'STEADY_STATE',
        runningCount: 2,
        launchType: before.launchType,
        networkConfiguration: before.networkConfiguration,
      },
    ]);
    const history = await slipway.client.call('services.deployments', OUTSIDE);
    expect(history[0]).toMatchObject({ arn: release.deploymentArn, outcome: 'succeeded' });
    // The job ends a moment after its entry in the journal.
    await eventually(async () => {
      const jobs = await slipway.client.call('jobs.list', {});
      expect(jobs[0]).toMatchObject({ outcome: 'succeeded' });
    });
  });

  it('says why its tasks crash, keeps the primary task set, and is rolled back with one plan', async () => {
    const before = await engine.primary();
    const release = await execute(await planImage(slipway.client, engine, CRASHING));
    const watch = new AbortController();
    const diagnosed = Promise.withResolvers<Rollout>();
    const watching = slipway.client
      .call(
        'releases.watch',
        { ...OUTSIDE, deployment: release.deploymentArn ?? '' },
        {
          signal: watch.signal,
          onEvent: (rollout) => (rollout.diagnosis === undefined ? undefined : diagnosed.resolve(rollout)),
        },
      )
      .catch(() => undefined);
    const failing = await engine.sandbox.clock.runUntil(diagnosed.promise);
    expect(failing).toMatchObject({ deployment: { outcome: 'in-progress' }, diagnosis: { kind: 'crashed' } });
    expect(failing.sentence).toContain('outside:1 stays the primary task set');
    expect((await engine.primary()).taskSetArn).toBe(before.taskSetArn);
    watch.abort();
    await watching;

    const stop = await slipway.client.call('releases.planRollback', { service: OUTSIDE });
    expect(stop).toMatchObject({ kind: 'stop' });
    expect(operationsOf(stop)).toEqual(['DeleteTaskSet']);
    const stopped = await execute(stop);
    expect(await settled(engine, slipway.client, stopped.id)).toMatchObject({
      state: 'done',
      outcome: 'rolled-back',
    });
    const entry = await settled(engine, slipway.client, release.id);
    expect(entry).toMatchObject({ state: 'failed', outcome: 'rolled-back' });
    expect(entry.sentence).toContain('outside:1 stays the primary task set');
    expect(await engine.sets()).toMatchObject([
      { taskSetArn: before.taskSetArn, status: 'PRIMARY', runningCount: 2 },
    ]);
  });

  it('is stale once somebody else has created a task set or changed the primary one', async () => {
    const plan = await planImage(slipway.client, engine, NEXT);
    const other = await createSet(engine, engine.image(FIRST));
    await expect(execute(plan)).rejects.toMatchObject({
      code: 'STALE_PLAN',
      message: expect.stringContaining('created a task set with outside:2'),
    });
    const again = await planImage(slipway.client, engine, NEXT);
    expect(again.checks.find(({ rule }) => rule === 'task-sets')).toMatchObject({ result: 'warn' });
    const { cluster, service } = OUTSIDE;
    await engine.ecs.send(
      new UpdateServicePrimaryTaskSetCommand({ cluster, service, primaryTaskSet: other }),
    );
    await expect(execute(again)).rejects.toMatchObject({ code: 'STALE_PLAN' });
    expect(engine.sent('CreateTaskSet')).toBe(2);
  });

  it('leaves the task sets unchanged when somebody else changes them', async () => {
    const before = await engine.primary();
    const release = await execute(await planImage(slipway.client, engine, CRASHING));
    const other = await createSet(engine, engine.image(FIRST));
    const { cluster, service } = OUTSIDE;
    await engine.ecs.send(
      new UpdateServicePrimaryTaskSetCommand({ cluster, service, primaryTaskSet: other }),
    );
    const entry = await settled(engine, slipway.client, release.id);
    expect(entry).toMatchObject({ state: 'failed', outcome: 'failed' });
    expect(entry.sentence).toContain('Somebody else made outside:3 the primary task set');
    expect((await engine.sets()).map(({ taskSetArn }) => taskSetArn)).toContain(before.taskSetArn);
  });

  it('scales the service separately, and refuses to do both at once', async () => {
    const scale = await slipway.client.call('releases.plan', {
      service: OUTSIDE,
      change: { desiredCount: 3 },
    });
    expect(operationsOf(scale)).toEqual(['UpdateService']);
    expect(scale.canExecute).toBe(true);
    const both = { desiredCount: 3, images: [{ container: 'app', image: engine.image(NEXT) }] };
    await expect(
      slipway.client.call('releases.plan', { service: OUTSIDE, change: both }),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await execute(scale);
    await engine.sandbox.clock.advanceUntil(async () =>
      expect((await engine.service()).runningCount).toBe(3),
    );
  });
});
