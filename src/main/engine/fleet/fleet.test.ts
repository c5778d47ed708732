import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { FleetCandidatesEvent } from '../../../shared/model/fleet.ts';
import type { Job } from '../../../shared/model/job.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { endOf, plan, start, statesOf, untilShown } from '../testing/fleet-calls.ts';
import { CLUSTER, type FleetEngine, openFleetEngine, SCOPE } from '../testing/fleet-engine.ts';

const SICK = 'unhealthy';

let engine: FleetEngine;
afterEach(() => engine.close());

function isFail({ result }: { readonly result: string }): boolean {
  return result === 'fail';
}

describe('a bulk release', () => {
  it('finds the services that run an image of the repository, in all clusters, production last', async () => {
    engine = await openFleetEngine(['one'], []);
    const events: FleetCandidatesEvent[] = [];
    const found = await engine.slipway.client.call(
      'fleet.candidates',
      { ...SCOPE, repository: 'web' },
      { onEvent: (event) => void events.push(event) },
    );
    const [first] = events;
    expect(first).toEqual({
      found: [],
      done: 0,
      total: 0,
      clusters: { listed: 0, total: first?.clusters.total },
    });
    const { done, total, clusters } = events.at(-1) ?? {};
    expect(done).toBe(total);
    expect(clusters?.listed).toBe(clusters?.total);
    expect(clusters?.total).toBeGreaterThan(1);
    expect(events.flatMap((event) => event.found)).toHaveLength(found.length);
    expect(found.map(({ cluster, service }) => `${cluster}/${service}`)).toEqual([
      'staging/web',
      'tools/one',
      'production/web',
    ]);
    expect(found[1]?.containers).toEqual([{ name: 'app', image: engine.image('1.8.0'), tag: '1.8.0' }]);
    const elsewhere = await engine.slipway.client.call('fleet.candidates', {
      ...SCOPE,
      repository: 'registry.example.com/web',
    });
    expect(elsewhere).toEqual([]);
  });

  it('is refused without a reason where a rule asks for one, as a release of one service is', async () => {
    engine = await openFleetEngine(['one', 'two'], []);
    const rule = `rules: [{ cluster: ${CLUSTER}, service: one, reason: required }]`;
    writeFileSync(join(engine.folder, 'environments.yml'), rule);
    const { client } = engine.slipway;
    const fleet = await plan(engine, { services: ['one', 'two'], tag: '1.9.0', waves: { size: 1 } });
    expect(fleet.needsReason).toBe(true);
    const service = { ...SCOPE, cluster: CLUSTER, service: 'one' };
    const single = await client.call('releases.plan', { service, change: { desiredCount: 2 } });
    expect(single.needsReason).toBe(true);
    for (const words of [{}, { why: '  ' }]) {
      const refused = { code: 'INVALID_INPUT', detail: { field: 'why' } };
      await expect(client.call('fleet.execute', { plan: fleet.id, ...words })).rejects.toMatchObject(refused);
      await expect(client.call('releases.execute', { plan: single.id, ...words })).rejects.toMatchObject(
        refused,
      );
    }
    const release = await client.call('releases.execute', { plan: single.id, why: 'OPS-12' });
    expect(release.title).toBe(single.title);
    const other = { ...service, service: 'two' };
    const free = await client.call('releases.plan', { service: other, change: { desiredCount: 2 } });
    expect(free.needsReason).toBeUndefined();
  });

  it('holds back the last wave when a service fails, and rolls back the updated services', async () => {
    engine = await openFleetEngine(['one', 'two', 'three'], ['two']);
    const before = await engine.runs('one');
    const fleet = await start(engine, {
      services: ['one', 'two', 'three'],
      tag: SICK,
      waves: { size: 1 },
      rollBackOnStop: true,
    });
    const seen: string[] = [];
    const end = await endOf(engine, fleet, (board) => seen.push(statesOf(board).join(' ')));
    expect(statesOf(end)).toEqual(['rolled-back', 'failed', 'held-back']);
    expect(seen).toContain('succeeded deploying waiting');
    expect(end.sentence).toBe('1 of 3 failed, 1 rolled back, 1 held back.');
    expect(end.waves[1]?.[0]?.sentence).toMatch(/health check.*ECS rolled back/);
    expect(await engine.runs('one')).toBe(before);
    expect(await engine.runs('three')).toBe('three:1');

    const { entries } = await engine.slipway.client.call('journal.list', { kind: 'fleet' });
    expect(entries).toMatchObject([{ state: 'failed', why: 'a rehearsal', sentence: end.sentence }]);
    await showsJob(engine, fleet, { kind: 'fleet', outcome: 'failed' });
  });

  it('rolls back with the reason and the overrides of the release, which rules ask for', async () => {
    engine = await openFleetEngine(['one'], []);
    const never = '{ days: [mon], from: "00:00", to: "00:01", timeZone: UTC }';
    const rule = `rules: [{ cluster: ${CLUSTER}, ticket: "OPS-[0-9]+", window: ${never} }]`;
    writeFileSync(join(engine.folder, 'environments.yml'), rule);
    const { client } = engine.slipway;
    const planned = await plan(engine, { services: ['one'], tag: '1.9.0', waves: { size: 1 } });
    const fleet = planned.id;
    const overrides = [{ cluster: CLUSTER, service: 'one', checks: ['release-window'] }];
    await client.call('fleet.execute', { plan: fleet, why: 'for OPS-12', overrides });
    await endOf(engine, fleet);
    await client.call('fleet.stop', { fleet, rollBack: true });
    expect(statesOf(await endOf(engine, fleet))).toEqual(['rolled-back']);
    const { entries } = await client.call('journal.list', { kind: 'rollback' });
    expect(entries[0]?.why).toMatch(/^Rolls back “.+”\. for OPS-12$/);
  });

  it('succeeds in the listed waves, and is executed once', async () => {
    engine = await openFleetEngine(['one', 'two', 'three'], []);
    const lists = [['tools/three'], ['tools/one', 'tools/two']];
    const fleet = await start(engine, { services: ['one', 'two', 'three'], tag: '1.9.0', waves: { lists } });
    const end = await endOf(engine, fleet);
    expect(end.waves.map((wave) => wave.map(({ service }) => service))).toEqual([['three'], ['one', 'two']]);
    expect(end.sentence).toBe('3 of 3 updated.');
    await expect(engine.slipway.client.call('fleet.execute', { plan: fleet })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('skips a service that somebody else has deployed, and starts no further wave', async () => {
    engine = await openFleetEngine(['one', 'two'], []);
    const planned = await plan(engine, { services: ['one', 'two'], tag: '1.9.0', waves: { size: 1 } });
    const meanwhile = await engine.slipway.client.call('releases.plan', {
      service: { ...SCOPE, cluster: CLUSTER, service: 'one' },
      change: { forceNewDeployment: true },
    });
    await engine.slipway.client.call('releases.execute', { plan: meanwhile.id });
    await engine.slipway.client.call('fleet.execute', { plan: planned.id });
    const end = await endOf(engine, planned.id);
    expect(statesOf(end)).toEqual(['stale', 'held-back']);
  });

  it('that is stopped with a rollback stops deployments in progress and rolls back succeeded ones', async () => {
    engine = await openFleetEngine(['one', 'two', 'three'], []);
    const fleet = await start(engine, {
      services: ['one', 'two', 'three'],
      tag: '1.9.0',
      waves: { size: 1 },
    });
    const secondInFlight = untilShown(engine, fleet, ({ waves }) => {
      const [first, second] = waves.flat();
      return first?.state === 'succeeded' && second?.deploymentArn !== undefined;
    });
    await engine.sandbox.clock.runUntil(secondInFlight);
    await engine.slipway.client.call('fleet.stop', { fleet, rollBack: true });
    const end = await endOf(engine, fleet);
    expect(statesOf(end)).toEqual(['rolled-back', 'rolled-back', 'held-back']);
    expect(await Promise.all(['one', 'two', 'three'].map((name) => engine.runs(name)))).toEqual([
      'one:1',
      'two:1',
      'three:1',
    ]);
  });

  it('that is cancelled starts no further wave and follows deployments in progress to their end', async () => {
    engine = await openFleetEngine(['one', 'two'], []);
    const fleet = await start(engine, { services: ['one', 'two'], tag: '1.9.0', waves: { size: 1 } });
    await untilShown(engine, fleet, ({ waves }) => waves[0]?.[0]?.deploymentArn !== undefined);
    await engine.slipway.client.call('jobs.cancel', { job: fleet });
    expect(statesOf(await endOf(engine, fleet))).toEqual(['succeeded', 'held-back']);
    await showsJob(engine, fleet, { outcome: 'cancelled' });
  });

  it('pauses after its first wave until it is resumed', async () => {
    engine = await openFleetEngine(['one', 'two', 'three'], []);
    const waves = { size: 2, first: 1 };
    const fleet = await start(engine, {
      services: ['one', 'two', 'three'],
      tag: '1.9.0',
      waves,
      pause: 'after-first',
    });
    await engine.sandbox.clock.runUntil(untilShown(engine, fleet, ({ state }) => state === 'paused'));
    await showsJob(engine, fleet, {
      state: 'waiting',
      progress: { done: 1, total: 3 },
    });
    expect(await engine.runs('two')).toBe('two:1');
    await engine.slipway.client.call('fleet.resume', { fleet });
    expect(statesOf(await endOf(engine, fleet))).toEqual(['succeeded', 'succeeded', 'succeeded']);
  });

  it('requires an override for each failed check, and records it with each service', async () => {
    engine = await openFleetEngine(['one', 'two'], []);
    await engine.forbidMoving('two');
    const planned = await plan(engine, { services: ['one', 'two'], tag: '1.9.0', waves: { size: 1 } });
    expect(planned.canExecute).toBe(false);
    const [, second] = planned.waves.flat();
    expect(second?.plan?.checks.filter(isFail)).toMatchObject([{ rule: 'movement', overridable: true }]);
    const request = { plan: planned.id, why: 'SHOP-7', link: 'https://example.com/7', commit: '1f2e3d4' };
    const { client } = engine.slipway;
    await expect(client.call('fleet.execute', request)).rejects.toMatchObject({
      code: 'PREFLIGHT_FAILED',
      message: expect.stringContaining('the check movement of tools/two'),
    });
    const overrides = [{ cluster: CLUSTER, service: 'two', checks: ['movement'] }];
    await client.call('fleet.execute', { ...request, overrides });
    const begun = untilShown(engine, planned.id, ({ waves }) => waves[1]?.[0]?.deploymentArn !== undefined);
    await engine.sandbox.clock.runUntil(begun);
    const { entries } = await client.call('journal.list', { subject: 'two', kind: 'deploy' });
    expect(entries).toMatchObject([
      { why: 'SHOP-7', link: 'https://example.com/7', commit: '1f2e3d4', overrides: [{ rule: 'movement' }] },
    ]);
    expect(await engine.tagsOf('two')).toMatchObject({
      'slipway:why': 'SHOP-7',
      'slipway:commit': '1f2e3d4',
    });
  });

  it('counts a share of its services as the limit, rounded up', async () => {
    engine = await openFleetEngine(['one', 'two', 'three'], []);
    const request = { services: ['one', 'two', 'three'], tag: '1.9.0', waves: { size: 1 } };
    expect(await plan(engine, { ...request, stopAfter: { percent: 34 } })).toMatchObject({
      stopAfterFailures: 2,
    });
    expect(await plan(engine, { ...request, stopAfter: { percent: 1 } })).toMatchObject({
      stopAfterFailures: 1,
    });
  });
});

/** The job changes a moment after the bulk release that it shows. */
async function showsJob(engine: FleetEngine, fleet: string, expected: Partial<Job>): Promise<void> {
  await eventually(async () => {
    const jobs = await engine.slipway.client.call('jobs.list', {});
    expect(jobs.find(({ id }) => id === fleet)).toMatchObject(expected);
  });
}
