import { afterEach, describe, expect, it } from 'vitest';
import type { FleetBoard } from '../../../shared/model/fleet.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import {
  endOf,
  lapseAllPlans,
  plan,
  restart,
  start,
  statesOf,
  untilShown,
  watch,
} from '../testing/fleet-calls.ts';
import { CLUSTER, type FleetEngine, openFleetEngine, SCOPE } from '../testing/fleet-engine.ts';
import { openSlipway } from '../testing/slipway.ts';

const SICK = 'unhealthy';

let engine: FleetEngine;
afterEach(() => engine.close());

describe('a bulk release that stopped', () => {
  it('is shown as interrupted after a restart, with the outcome of each service', async () => {
    engine = await openFleetEngine(['one', 'two'], []);
    const fleet = await start(engine, { services: ['one', 'two'], tag: '1.9.0', waves: { size: 1 } });
    await untilShown(engine, fleet, ({ waves }) => waves[0]?.[0]?.deploymentArn !== undefined);
    await restart(engine);
    const seen: FleetBoard[] = [];
    const watching = watch(engine, fleet, (board) => seen.push(board));
    await eventually(() => expect(seen).not.toEqual([]));
    const end = await engine.sandbox.clock.runUntil(watching);
    expect(seen[0]).toMatchObject({ state: 'interrupted', waves: [[{ state: 'deploying' }], [{}]] });
    expect(end).toMatchObject({
      state: 'interrupted',
      sentence: expect.stringContaining('Slipway quit before this finished'),
    });
    expect(statesOf(end)).toEqual(['succeeded', 'held-back']);
    expect(await engine.runs('two')).toBe('two:1');
    await eventually(async () => {
      const { entries } = await engine.slipway.client.call('journal.list', { kind: 'fleet' });
      expect(entries).toMatchObject([{ state: 'failed', outcome: 'unknown' }]);
    });
  });

  it('waits in the job list after a restart, and continues when resumed', async () => {
    engine = await openFleetEngine(['one', 'two', 'three'], []);
    const fleet = await start(engine, {
      services: ['one', 'two', 'three'],
      tag: '1.9.0',
      waves: { size: 1 },
    });
    await untilShown(engine, fleet, ({ waves }) => waves[0]?.[0]?.deploymentArn !== undefined);
    await restart(engine);
    const jobs = await engine.slipway.client.call('jobs.list', {});
    expect(jobs.find(({ id }) => id === fleet)).toMatchObject({ state: 'waiting', recovered: true });
    await engine.slipway.client.call('fleet.resume', { fleet });
    const end = await endOf(engine, fleet);
    expect(statesOf(end)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    await eventually(async () => {
      const { entries } = await engine.slipway.client.call('journal.list', { kind: 'fleet' });
      expect(entries.map(({ state, outcome, plan: of }) => [state, outcome, of])).toEqual([
        ['done', 'succeeded', fleet],
        ['failed', 'unknown', fleet],
      ]);
    });
    await expect(engine.slipway.client.call('fleet.resume', { fleet })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('ends after a restart when it is stopped', async () => {
    engine = await openFleetEngine(['one', 'two'], []);
    const fleet = await start(engine, {
      services: ['one', 'two'],
      tag: '1.9.0',
      waves: { size: 1 },
      pause: 'after-each',
    });
    await engine.sandbox.clock.runUntil(untilShown(engine, fleet, ({ state }) => state === 'paused'));
    await restart(engine);
    await engine.slipway.client.call('fleet.stop', { fleet, rollBack: false });
    const end = await endOf(engine, fleet);
    expect(end).toMatchObject({ state: 'ended', sentence: '1 of 2 updated, 1 held back.' });
    await restart(engine);
    const jobs = await engine.slipway.client.call('jobs.list', {});
    expect(jobs.some(({ id }) => id === fleet)).toBe(false);
  });

  it('runs its next wave when fleet.run is called again at its pause', async () => {
    engine = await openFleetEngine(['one', 'two'], []);
    const { id } = await plan(engine, {
      services: ['one', 'two'],
      tag: '1.9.0',
      waves: { size: 1 },
      pause: 'after-each',
    });
    const run = () => engine.sandbox.clock.runUntil(engine.slipway.client.call('fleet.run', { plan: id }));
    const paused = await run();
    expect(paused.state).toBe('paused');
    expect(statesOf(paused)).toEqual(['succeeded', 'waiting']);
    expect(statesOf(await run())).toEqual(['succeeded', 'succeeded']);
  });

  it('is rolled back as a whole after its end, and resumes after a failure was reviewed', async () => {
    engine = await openFleetEngine(['one', 'two', 'three'], ['one']);
    const fleet = await start(engine, { services: ['one', 'two', 'three'], tag: SICK, waves: { size: 1 } });
    expect(statesOf(await endOf(engine, fleet))).toEqual(['failed', 'held-back', 'held-back']);
    await engine.slipway.client.call('fleet.resume', { fleet });
    expect(statesOf(await endOf(engine, fleet))).toEqual(['failed', 'succeeded', 'succeeded']);
    await engine.slipway.client.call('fleet.stop', { fleet, rollBack: true });
    expect(statesOf(await endOf(engine, fleet))).toEqual(['failed', 'rolled-back', 'rolled-back']);
    expect(await engine.runs('two')).toBe('two:1');
  });

  it('keeps its board, with refused services, after its plans have expired', async () => {
    engine = await openFleetEngine(['one', 'two'], []);
    const planned = await plan(engine, { services: ['one', 'two'], tag: '1.9.0', waves: { size: 1 } });
    const service = { ...SCOPE, cluster: CLUSTER, service: 'one' };
    const change = { forceNewDeployment: true };
    const { id } = await engine.slipway.client.call('releases.plan', { service, change });
    await engine.slipway.client.call('releases.execute', { plan: id });
    await engine.slipway.client.call('fleet.execute', { plan: planned.id });
    const end = await endOf(engine, planned.id);
    await engine.slipway.close();
    lapseAllPlans(engine);
    engine.slipway = await openSlipway(engine.sandbox, engine.folder);
    // Making a plan is what forgets those that have expired.
    await engine.slipway.client.call('releases.plan', { service, change });
    expect(await endOf(engine, planned.id)).toEqual(end);
  });

  it('interrupted during its rollback, shows what was rolled back, and rolls back the rest when resumed', async () => {
    engine = await openFleetEngine(['one', 'two'], []);
    const fleet = await start(engine, { services: ['one', 'two'], tag: '1.9.0', waves: { size: 2 } });
    expect(statesOf(await endOf(engine, fleet))).toEqual(['succeeded', 'succeeded']);
    await engine.slipway.client.call('fleet.stop', { fleet, rollBack: true });
    await untilShown(engine, fleet, (board) => statesOf(board).includes('rolling-back'));
    await restart(engine);
    const found = await endOf(engine, fleet);
    expect(statesOf(found)).not.toContain('rolling-back');
    if (statesOf(found).includes('succeeded')) {
      await engine.slipway.client.call('fleet.stop', { fleet, rollBack: true });
      await endOf(engine, fleet);
    }
    const end = await endOf(engine, fleet);
    expect(statesOf(end)).toEqual(['rolled-back', 'rolled-back']);
    expect(await Promise.all(['one', 'two'].map((name) => engine.runs(name)))).toEqual(['one:1', 'two:1']);
  });
});
