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
import { CLUSTER, type FleetBed, openFleetBed, SCOPE } from '../testing/fleet-engine.ts';
import { openSlipway } from '../testing/slipway.ts';

const SICK = 'unhealthy';

let bed: FleetBed;
afterEach(() => bed.close());

describe('a release to many services that stopped', () => {
  it('is shown as interrupted after a restart, with what became of each service', async () => {
    bed = await openFleetBed(['one', 'two'], []);
    const fleet = await start(bed, { services: ['one', 'two'], tag: '1.9.0', waves: { size: 1 } });
    await untilShown(bed, fleet, ({ waves }) => waves[0]?.[0]?.deploymentArn !== undefined);
    await restart(bed);
    const seen: FleetBoard[] = [];
    const watching = watch(bed, fleet, (board) => seen.push(board));
    await eventually(() => expect(seen).not.toEqual([]));
    const end = await bed.sandbox.clock.runUntil(watching);
    expect(seen[0]).toMatchObject({ state: 'interrupted', waves: [[{ state: 'deploying' }], [{}]] });
    expect(end).toMatchObject({ state: 'interrupted', sentence: expect.stringContaining('was ended') });
    expect(statesOf(end)).toEqual(['succeeded', 'held-back']);
    expect(await bed.runs('two')).toBe('two:1');
    await eventually(async () => {
      const { entries } = await bed.slipway.client.call('journal.list', { kind: 'fleet' });
      expect(entries).toMatchObject([{ state: 'failed', outcome: 'unknown' }]);
    });
  });

  it('after a restart waits among the jobs, and goes on with the rest when it is told', async () => {
    bed = await openFleetBed(['one', 'two', 'three'], []);
    const fleet = await start(bed, { services: ['one', 'two', 'three'], tag: '1.9.0', waves: { size: 1 } });
    await untilShown(bed, fleet, ({ waves }) => waves[0]?.[0]?.deploymentArn !== undefined);
    await restart(bed);
    const jobs = await bed.slipway.client.call('jobs.list', {});
    expect(jobs.find(({ id }) => id === fleet)).toMatchObject({ state: 'waiting', recovered: true });
    await bed.slipway.client.call('fleet.goOn', { fleet });
    const end = await endOf(bed, fleet);
    expect(statesOf(end)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    await eventually(async () => {
      const { entries } = await bed.slipway.client.call('journal.list', { kind: 'fleet' });
      expect(entries.map(({ state, outcome, plan: of }) => [state, outcome, of])).toEqual([
        ['done', 'succeeded', fleet],
        ['failed', 'unknown', fleet],
      ]);
    });
    await expect(bed.slipway.client.call('fleet.goOn', { fleet })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('after a restart ends where it stands when it is told to stop', async () => {
    bed = await openFleetBed(['one', 'two'], []);
    const fleet = await start(bed, {
      services: ['one', 'two'],
      tag: '1.9.0',
      waves: { size: 1 },
      pause: 'after-each',
    });
    await bed.sandbox.clock.runUntil(untilShown(bed, fleet, ({ state }) => state === 'paused'));
    await restart(bed);
    await bed.slipway.client.call('fleet.stop', { fleet, rollBack: false });
    const end = await endOf(bed, fleet);
    expect(end).toMatchObject({ state: 'ended', sentence: '1 of 2 have it, 1 held back.' });
    await restart(bed);
    const jobs = await bed.slipway.client.call('jobs.list', {});
    expect(jobs.some(({ id }) => id === fleet)).toBe(false);
  });

  it('that has ended is rolled back as one, and goes on after a failure that somebody has looked at', async () => {
    bed = await openFleetBed(['one', 'two', 'three'], ['one']);
    const fleet = await start(bed, { services: ['one', 'two', 'three'], tag: SICK, waves: { size: 1 } });
    expect(statesOf(await endOf(bed, fleet))).toEqual(['failed', 'held-back', 'held-back']);
    await bed.slipway.client.call('fleet.goOn', { fleet });
    expect(statesOf(await endOf(bed, fleet))).toEqual(['failed', 'succeeded', 'succeeded']);
    await bed.slipway.client.call('fleet.stop', { fleet, rollBack: true });
    expect(statesOf(await endOf(bed, fleet))).toEqual(['failed', 'rolled-back', 'rolled-back']);
    expect(await bed.runs('two')).toBe('two:1');
  });

  it('keeps its board, with what was refused, after plans have lapsed', async () => {
    bed = await openFleetBed(['one', 'two'], []);
    const planned = await plan(bed, { services: ['one', 'two'], tag: '1.9.0', waves: { size: 1 } });
    const service = { ...SCOPE, cluster: CLUSTER, service: 'one' };
    const change = { forceNewDeployment: true };
    const { id } = await bed.slipway.client.call('releases.plan', { service, change });
    await bed.slipway.client.call('releases.execute', { plan: id });
    await bed.slipway.client.call('fleet.execute', { plan: planned.id });
    const end = await endOf(bed, planned.id);
    await bed.slipway.close();
    lapseAllPlans(bed);
    bed.slipway = await openSlipway(bed.sandbox, bed.folder);
    // Making a plan is what forgets those that have lapsed.
    await bed.slipway.client.call('releases.plan', { service, change });
    expect(await endOf(bed, planned.id)).toEqual(end);
  });

  it('broken off while it is rolled back, shows what went back and takes back the rest when it is told', async () => {
    bed = await openFleetBed(['one', 'two'], []);
    const fleet = await start(bed, { services: ['one', 'two'], tag: '1.9.0', waves: { size: 2 } });
    expect(statesOf(await endOf(bed, fleet))).toEqual(['succeeded', 'succeeded']);
    await bed.slipway.client.call('fleet.stop', { fleet, rollBack: true });
    await untilShown(bed, fleet, (board) => statesOf(board).includes('rolling-back'));
    await restart(bed);
    const found = await endOf(bed, fleet);
    expect(statesOf(found)).not.toContain('rolling-back');
    if (statesOf(found).includes('succeeded')) {
      await bed.slipway.client.call('fleet.stop', { fleet, rollBack: true });
      await endOf(bed, fleet);
    }
    const end = await endOf(bed, fleet);
    expect(statesOf(end)).toEqual(['rolled-back', 'rolled-back']);
    expect(await Promise.all(['one', 'two'].map((name) => bed.runs(name)))).toEqual(['one:1', 'two:1']);
  });
});
