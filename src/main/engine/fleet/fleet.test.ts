import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FleetBoard, FleetPlan, WaveWish } from '../../../shared/model/fleet.ts';
import { openSlipway } from '../releases/slipway.fixture.ts';
import { CLUSTER, type FleetBed, openFleetBed, SCOPE } from './fleet-bed.fixture.ts';

const FAST = 400;
/** Slow enough that a deployment is under way while a test looks. */
const SLOW = 40;
const SICK = 'unhealthy';

let bed: FleetBed;
afterEach(() => bed.close());

interface Wish {
  readonly services: readonly string[];
  readonly tag: string;
  readonly waves: WaveWish;
  readonly rollBackOnStop?: boolean;
}

function plan({ services, tag, waves, rollBackOnStop = false }: Wish): Promise<FleetPlan> {
  return bed.slipway.client.call('fleet.plan', {
    ...SCOPE,
    services: services.map((service) => ({ cluster: CLUSTER, service, containers: ['app'] })),
    image: bed.image(tag),
    waves,
    stopAfterFailures: 1,
    rollBackOnStop,
  });
}

async function start(wish: Wish): Promise<string> {
  const planned = await plan(wish);
  expect(planned.waves.flat().flatMap(({ plan: one }) => one?.checks.filter(isFail) ?? [])).toEqual([]);
  const { fleet } = await bed.slipway.client.call('fleet.execute', { plan: planned.id, why: 'a rehearsal' });
  return fleet;
}

function isFail({ result }: { readonly result: string }): boolean {
  return result === 'fail';
}

function watch(fleet: string, onEvent: (board: FleetBoard) => void = () => {}): Promise<FleetBoard> {
  return bed.slipway.client.call('fleet.watch', { fleet }, { onEvent });
}

/** Resolves when a board shows it. */
function untilShown(fleet: string, shows: (board: FleetBoard) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    watch(fleet, (board) => {
      if (shows(board)) resolve();
    }).catch(reject);
  });
}

const statesOf = ({ waves }: FleetBoard): readonly string[] => waves.flat().map(({ state }) => state);

describe('a release to many services', { timeout: 60_000 }, () => {
  it('finds the services that run an image of the repository, in all clusters, production last', async () => {
    bed = await openFleetBed(['one'], [], FAST);
    const found = await bed.slipway.client.call('fleet.candidates', { ...SCOPE, repository: 'web' });
    expect(found.map(({ cluster, service }) => `${cluster}/${service}`)).toEqual([
      'staging/web',
      'tools/one',
      'production/web',
    ]);
    expect(found[1]?.containers).toEqual([{ name: 'app', image: bed.image('1.8.0'), tag: '1.8.0' }]);
    const elsewhere = await bed.slipway.client.call('fleet.candidates', {
      ...SCOPE,
      repository: 'registry.example.com/web',
    });
    expect(elsewhere).toEqual([]);
  });

  it('holds back the last wave when a service fails, and rolls back those that had it', async () => {
    bed = await openFleetBed(['one', 'two', 'three'], ['two'], FAST);
    const before = await bed.runs('one');
    const fleet = await start({
      services: ['one', 'two', 'three'],
      tag: SICK,
      waves: { size: 1 },
      rollBackOnStop: true,
    });
    const seen: string[] = [];
    const end = await watch(fleet, (board) => seen.push(statesOf(board).join(' ')));
    expect(statesOf(end)).toEqual(['rolled-back', 'failed', 'held-back']);
    expect(seen).toContain('succeeded deploying waiting');
    expect(end.sentence).toBe('1 of 3 failed, 1 rolled back, 1 held back.');
    expect(end.waves[1]?.[0]?.sentence).toMatch(/health check.*ECS rolled back/);
    expect(await bed.runs('one')).toBe(before);
    expect(await bed.runs('three')).toBe('three:1');

    const { entries } = await bed.slipway.client.call('journal.list', { kind: 'fleet' });
    expect(entries).toMatchObject([{ state: 'failed', why: 'a rehearsal', sentence: end.sentence }]);
    const jobs = await bed.slipway.client.call('jobs.list', {});
    expect(jobs.find(({ id }) => id === fleet)).toMatchObject({ kind: 'fleet', outcome: 'failed' });
  });

  it('succeeds in waves as they were listed, and is carried out once', async () => {
    bed = await openFleetBed(['one', 'two', 'three'], [], FAST);
    const lists = [['tools/three'], ['tools/one', 'tools/two']];
    const fleet = await start({ services: ['one', 'two', 'three'], tag: '1.9.0', waves: { lists } });
    const end = await watch(fleet);
    expect(end.waves.map((wave) => wave.map(({ service }) => service))).toEqual([['three'], ['one', 'two']]);
    expect(end.sentence).toBe('3 of 3 have it.');
    await expect(bed.slipway.client.call('fleet.execute', { plan: fleet })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('leaves a service alone that somebody else has deployed since, and goes no further', async () => {
    bed = await openFleetBed(['one', 'two'], [], FAST);
    const planned = await plan({ services: ['one', 'two'], tag: '1.9.0', waves: { size: 1 } });
    const meanwhile = await bed.slipway.client.call('releases.plan', {
      service: { ...SCOPE, cluster: CLUSTER, service: 'one' },
      change: { forceNewDeployment: true },
    });
    await bed.slipway.client.call('releases.execute', { plan: meanwhile.id });
    await bed.slipway.client.call('fleet.execute', { plan: planned.id });
    const end = await watch(planned.id);
    expect(statesOf(end)).toEqual(['stale', 'held-back']);
  });

  it('stopped and rolled back, ends what is in flight and takes back what succeeded', async () => {
    bed = await openFleetBed(['one', 'two', 'three'], [], SLOW);
    const fleet = await start({ services: ['one', 'two', 'three'], tag: '1.9.0', waves: { size: 1 } });
    await untilShown(fleet, ({ waves }) => {
      const [first, second] = waves.flat();
      return first?.state === 'succeeded' && second?.deploymentArn !== undefined;
    });
    await bed.slipway.client.call('fleet.stop', { fleet, rollBack: true });
    const end = await watch(fleet);
    expect(statesOf(end)).toEqual(['rolled-back', 'rolled-back', 'held-back']);
    expect(await Promise.all(['one', 'two', 'three'].map((name) => bed.runs(name)))).toEqual([
      'one:1',
      'two:1',
      'three:1',
    ]);
  });

  it('cancelled, begins no further wave and follows what is in flight to its end', async () => {
    bed = await openFleetBed(['one', 'two'], [], SLOW);
    const fleet = await start({ services: ['one', 'two'], tag: '1.9.0', waves: { size: 1 } });
    await untilShown(fleet, ({ waves }) => waves[0]?.[0]?.deploymentArn !== undefined);
    await bed.slipway.client.call('jobs.cancel', { job: fleet });
    expect(statesOf(await watch(fleet))).toEqual(['succeeded', 'held-back']);
    const jobs = await bed.slipway.client.call('jobs.list', {});
    expect(jobs.find(({ id }) => id === fleet)).toMatchObject({ outcome: 'cancelled' });
  });

  it('is shown as interrupted after a restart, with what became of each service', async () => {
    bed = await openFleetBed(['one', 'two'], [], SLOW);
    const fleet = await start({ services: ['one', 'two'], tag: '1.9.0', waves: { size: 1 } });
    await untilShown(fleet, ({ waves }) => waves[0]?.[0]?.deploymentArn !== undefined);
    await bed.slipway.close();

    bed.slipway = await openSlipway(bed.sandbox, bed.folder);
    const seen: FleetBoard[] = [];
    const end = await watch(fleet, (board) => seen.push(board));
    expect(seen[0]).toMatchObject({ state: 'interrupted', waves: [[{ state: 'deploying' }], [{}]] });
    expect(end).toMatchObject({ state: 'interrupted', sentence: expect.stringContaining('was ended') });
    expect(statesOf(end)).toEqual(['succeeded', 'held-back']);
    expect(await bed.runs('two')).toBe('two:1');
    await vi.waitFor(async () => {
      const { entries } = await bed.slipway.client.call('journal.list', { kind: 'fleet' });
      expect(entries).toMatchObject([{ state: 'failed', outcome: 'unknown' }]);
    });
  });
});
