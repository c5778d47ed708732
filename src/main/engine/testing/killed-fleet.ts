import { once } from 'node:events';
import { expect } from 'vitest';
import { eventually } from '../../../shared/testing/eventually.ts';
import { startCliCall } from './cli-process.ts';
import { endOf, plan, statesOf, untilShown } from './fleet-calls.ts';
import { type FleetBed, openFleetBed } from './fleet-engine.ts';
import { startProxy } from './killing-proxy.ts';
import { openSlipway } from './slipway.ts';

const SERVICES = ['one', 'two'];
const WRITES = ['RegisterTaskDefinition', 'UpdateService'];
/** Of each service its two writes, in the order of the waves. */
const MOST_WRITES = SERVICES.length * WRITES.length;

/** A moment of a fleet: its n-th write, before it reaches AWS or after AWS has answered. */
export interface Moment {
  readonly write: number;
  readonly when: 'before' | 'after';
}

/** Every moment before a write, or after one. */
export function momentsOf(when: Moment['when']): readonly Moment[] {
  return Array.from({ length: MOST_WRITES }, (_, index) => ({ write: index + 1, when }));
}

/** Carries a fleet out in a process of its own, which is killed at a moment. */
async function runUntil(bed: FleetBed, id: string, end: Moment): Promise<void> {
  let writes = 0;
  let kill: () => void = () => {};
  const isEnd = (when: Moment['when'], operation: string): boolean =>
    WRITES.includes(operation) && end.when === when && end.write === writes;
  const killAt = (when: Moment['when'], operation: string): 'pass' | 'swallow' => {
    if (!isEnd(when, operation)) return 'pass';
    kill();
    return 'swallow';
  };
  const proxy = await startProxy(bed.sandbox.endpoint, {
    onCall(operation) {
      if (WRITES.includes(operation)) writes += 1;
      return killAt('before', operation);
    },
    onAnswer: (operation) => killAt('after', operation),
  });
  const child = startCliCall({
    folder: bed.folder,
    endpoint: proxy.endpoint,
    method: 'fleet.run',
    input: { plan: id },
  });
  kill = () => child.kill('SIGKILL');
  await bed.sandbox.clock.runUntil(once(child, 'exit'));
  await proxy.close();
  expect(child.signalCode).toBe('SIGKILL');
}

/** How a fleet of two services went on that was killed. */
interface WentOn {
  /** What each service runs at the end. */
  readonly runs: readonly (string | undefined)[];
  /** Registrations and updates that were sent for the fleet, before and after it was killed. */
  readonly writes: readonly number[];
}

/**
 * Kills a fleet at a moment, opens its folder in another engine, expects that this begins nothing by itself, and tells
 * it to go on to the end.
 */
export async function goOnAfterKill(moment: Moment): Promise<WentOn> {
  const bed = await openFleetBed(SERVICES, []);
  try {
    return await goOnAfter(bed, moment);
  } finally {
    await bed.close();
  }
}

async function goOnAfter(bed: FleetBed, moment: Moment): Promise<WentOn> {
  const sent = (operation: string): number =>
    bed.sandbox.calls().filter((call) => call.operation === operation).length;
  const writesSent = (): readonly number[] => WRITES.map(sent);
  const before = writesSent();
  const { id } = await plan(bed, { services: SERVICES, tag: '1.9.0', waves: { size: 1 } });
  await bed.slipway.close();
  await runUntil(bed, id, moment);
  const atTheEnd = writesSent();

  bed.slipway = await openSlipway(bed.sandbox, bed.folder);
  const found = await endOf(bed, id);
  expect(statesOf(found)).not.toContain('deploying');
  expect(writesSent()).toEqual(atTheEnd);

  if (found.state === 'interrupted') {
    await bed.slipway.client.call('fleet.goOn', { fleet: id });
    await bed.sandbox.clock.runUntil(untilShown(bed, id, ({ state }) => state === 'ended'));
  }
  expect(await endOf(bed, id)).toMatchObject({ state: 'ended', sentence: '2 of 2 have it.' });
  await eventually(async () => {
    const { entries } = await bed.slipway.client.call('journal.list', { kind: 'fleet', limit: 1 });
    expect(entries).toMatchObject([{ state: 'done', outcome: 'succeeded' }]);
  });
  const runs = await Promise.all(SERVICES.map((name) => bed.runs(name)));
  return { runs, writes: writesSent().map((count, index) => count - (before[index] ?? 0)) };
}
