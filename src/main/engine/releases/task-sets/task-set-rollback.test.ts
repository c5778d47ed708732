import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Plan, Release } from '../../../../shared/model/plan.ts';
import { eventually } from '../../../../shared/testing/eventually.ts';
import type { ServiceTaskSet } from '../../ecs/service-task-sets.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../../testing/release-engine.ts';
import { openSlipway, type Slipway } from '../../testing/slipway.ts';
import {
  CRASHING,
  FIRST,
  NEXT,
  OUTSIDE,
  openTaskSetEngine,
  planImage,
  settled,
  type TaskSetEngine,
} from '../../testing/task-set-engine.ts';
import type { Execution } from '../execution/execution.ts';
import { withLaterLock } from '../execution/service-lock.ts';
import { loadPlan } from '../model/stored-plan.ts';
import { sendNextMove } from './advance.ts';

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

/** When the set of a release is the primary one, and the old one keeps its tasks until they were told to stop. */
async function scaledDown(release: Release, { taskSetArn }: ServiceTaskSet): Promise<void> {
  const moved = eventually(async () =>
    expect((await engine.primary()).taskSetArn).toBe(release.deploymentArn),
  );
  await engine.sandbox.clock.runUntil(moved);
  // No task of the old set stops while time stands still, so that it stays.
  await eventually(async () =>
    expect(await engine.sets()).toContainEqual(
      expect.objectContaining({ taskSetArn, scale: { unit: 'PERCENT', value: 0 } }),
    ),
  );
}

const operationsOf = ({ calls }: Plan): readonly string[] => calls.map(({ operation }) => operation);

describe('the rollback of a release with task sets', () => {
  it('is the old task set while it exists', async () => {
    const before = await engine.primary();
    const release = await execute(await planImage(slipway.client, engine, NEXT));
    await scaledDown(release, before);
    const back = await slipway.client.call('releases.planRollback', { service: OUTSIDE });
    expect(back.kind).toBe('rollback');
    expect(operationsOf(back).slice(0, 2)).toEqual(['UpdateTaskSet', 'UpdateServicePrimaryTaskSet']);
    const rollback = await execute(back);
    expect(rollback.deploymentArn).toBe(before.taskSetArn);
    expect(await settled(engine, slipway.client, rollback.id)).toMatchObject({
      state: 'done',
      outcome: 'succeeded',
    });
    const entry = await settled(engine, slipway.client, release.id);
    expect(entry.outcome).not.toBe('succeeded');
    expect(await engine.sets()).toMatchObject([
      { taskSetArn: before.taskSetArn, status: 'PRIMARY', scale: { value: 100 }, runningCount: 2 },
    ]);
  });

  it('takes over the lock of the ledger, which the release has until its last call', async () => {
    const { account, region, cluster } = OUTSIDE;
    const rule = 'rules: [{ cluster: tools, confirm: click, ledger: { table: slipway-ledger } }]';
    writeFileSync(path.join(folder, 'environments.yml'), rule);
    await slipway.client.call('ledger.create', { account, region, table: 'slipway-ledger', recovery: false });
    const holder = async () => (await slipway.client.call('locks.status', OUTSIDE)).holder?.id;
    const release = await execute(await planImage(slipway.client, engine, NEXT));
    expect(await holder()).toBe(release.id);
    const other = planImage(slipway.client, engine, CRASHING);
    await expect(other.then(execute)).rejects.toMatchObject({
      message: expect.stringContaining(`${cluster}/outside is locked: `),
    });
    const before = await engine.primary();
    await scaledDown(release, before);
    const rollback = await execute(await slipway.client.call('releases.planRollback', { service: OUTSIDE }));
    await eventually(async () => expect(await holder()).toBe(rollback.id));
    expect(await settled(engine, slipway.client, rollback.id)).toMatchObject({ outcome: 'succeeded' });
    await eventually(async () => expect(await holder()).toBeUndefined());
  });

  it('is a new task set of the older revision once the release has ended', async () => {
    const release = await execute(await planImage(slipway.client, engine, NEXT));
    await settled(engine, slipway.client, release.id);
    const [, first] = await slipway.client.call('services.deployments', OUTSIDE);
    expect(first).toBeUndefined();
    const second = await execute(await planImage(slipway.client, engine, FIRST));
    await settled(engine, slipway.client, second.id);
    const back = await slipway.client.call('releases.planRollback', { service: OUTSIDE });
    expect(back).toMatchObject({ kind: 'rollback', title: 'Roll outside back to outside:2' });
    expect(operationsOf(back)).toContain('CreateTaskSet');
    expect(operationsOf(back)).not.toContain('RegisterTaskDefinition');
    const rollback = await execute(back);
    expect(await settled(engine, slipway.client, rollback.id)).toMatchObject({ outcome: 'succeeded' });
    expect((await engine.primary()).taskDefinition).toMatch(/outside:2$/);
  });
});

describe('a release with task sets that is being rolled back', () => {
  const WRITES = ['UpdateServicePrimaryTaskSet', 'UpdateTaskSet', 'DeleteTaskSet'];
  const sent = (): readonly number[] => WRITES.map((operation) => engine.sent(operation));

  /** A release whose calls only the test sends, with its set as the primary one and the old one untouched. */
  async function movedRelease(releases: ReleaseEngine): Promise<{ execution: Execution; target: string }> {
    const { dependencies, ecs, journal } = releases;
    const planned = await releases.releases['releases.plan'](
      { service: OUTSIDE, change: { images: [{ container: 'app', image: engine.image(NEXT) }] } },
      aCall(),
    );
    const release = await releases.releases['releases.execute']({ plan: planned.id }, aCall());
    const target = release.deploymentArn ?? '';
    const { plan } = loadPlan(journal, planned.id);
    const execution = { dependencies, ecs, plan, entry: release.id, signal: aCall().signal };
    await engine.sandbox.clock.advanceUntil(async () => {
      await sendNextMove(execution, target, await engine.service());
      expect((await engine.primary()).taskSetArn).toBe(target);
    });
    return { execution, target };
  }

  it('scales nothing down once its rollback on the same machine has begun', async () => {
    const releases = await openReleaseEngine(engine.sandbox);
    try {
      const { execution, target } = await movedRelease(releases);
      const back = await releases.releases['releases.planRollback']({ service: OUTSIDE }, aCall());
      await releases.releases['releases.execute']({ plan: back.id }, aCall());
      const before = sent();
      await sendNextMove(execution, target, await engine.service());
      expect(sent()).toEqual(before);
    } finally {
      releases.close();
    }
  });

  it('deletes nothing once its lock was taken over from another machine, and says who has it', async () => {
    const { account, region } = OUTSIDE;
    const table = 'slipway-ledger';
    await slipway.client.call('ledger.create', { account, region, table, recovery: false });
    const ledger = { rule: { table, required: true } };
    const releases = await openReleaseEngine(engine.sandbox, ledger);
    const other = await openReleaseEngine(engine.sandbox, ledger);
    try {
      const { execution, target } = await movedRelease(releases);
      const isEmpty = async () =>
        expect(await engine.sets()).toContainEqual(
          expect.objectContaining({ status: 'ACTIVE', runningCount: 0 }),
        );
      const lost = withLaterLock(execution, async (locked) => {
        await sendNextMove(locked, target, await engine.service());
        await engine.sandbox.clock.advanceUntil(isEmpty);
        const rollback = { id: 'rollback', takesBack: execution.entry, by: 'ben', what: 'Roll outside back' };
        const taking = await other.dependencies.locks?.take(OUTSIDE, rollback);
        expect(taking).toMatchObject({ kind: 'taken' });
        await sendNextMove(locked, target, await engine.service());
      });
      await expect(lost).rejects.toMatchObject({
        code: 'STALE_PLAN',
        message: expect.stringContaining('Roll outside back by ben'),
      });
      expect(engine.sent('DeleteTaskSet')).toBe(0);
      await isEmpty();
    } finally {
      releases.close();
      other.close();
    }
  });
});
