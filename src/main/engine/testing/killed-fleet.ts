import { once } from 'node:events';
import { expect } from 'vitest';
import { eventually } from '../../../shared/testing/eventually.ts';
import { startCliCall } from './cli-process.ts';
import { endOf, plan, statesOf, untilShown } from './fleet-calls.ts';
import { type FleetEngine, openFleetEngine } from './fleet-engine.ts';
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
async function runUntil(engine: FleetEngine, id: string, end: Moment): Promise<void> {
  let writes = 0;
  let kill: () => void = () => {};
  const isEnd = (when: Moment['when'], operation: string): boolean =>
    WRITES.includes(operation) && end.when === when && end.write === writes;
  const killAt = (when: Moment['when'], operation: string): 'pass' | 'swallow' => {
    if (!isEnd(when, operation)) return 'pass';
    kill();
    return 'swallow';
  };
  const proxy = await startProxy(engine.sandbox.endpoint, {
    onCall(operation) {
      if (WRITES.includes(operation)) writes += 1;
      return killAt('before', operation);
    },
    onAnswer: (operation) => killAt('after', operation),
  });
  const child = startCliCall({
    folder: engine.folder,
    endpoint: proxy.endpoint,
    method: 'fleet.run',
    input: { plan: id },
  });
  kill = () => child.kill('SIGKILL');
  await engine.sandbox.clock.runUntil(once(child, 'exit'));
  await proxy.close();
  expect(child.signalCode).toBe('SIGKILL');
}

/** How a fleet of two services continued that was killed. */
interface ResumedFleet {
  /** What each service runs at the end. */
  readonly runs: readonly (string | undefined)[];
  /** Registrations and updates that were sent for the fleet, before and after it was killed. */
  readonly writes: readonly number[];
}

/**
 * Kills a fleet at a moment, opens its folder in another engine, expects that this starts nothing by itself, and tells
 * it to continue to the end.
 */
export async function resumeAfterKill(moment: Moment): Promise<ResumedFleet> {
  const engine = await openFleetEngine(SERVICES, []);
  try {
    return await resumeAfter(engine, moment);
  } finally {
    await engine.close();
  }
}

async function resumeAfter(engine: FleetEngine, moment: Moment): Promise<ResumedFleet> {
  const sent = (operation: string): number =>
    engine.sandbox.calls().filter((call) => call.operation === operation).length;
  const writesSent = (): readonly number[] => WRITES.map(sent);
  const before = writesSent();
  const { id } = await plan(engine, { services: SERVICES, tag: '1.9.0', waves: { size: 1 } });
  await engine.slipway.close();
  await runUntil(engine, id, moment);
  const atTheEnd = writesSent();

  engine.slipway = await openSlipway(engine.sandbox, engine.folder);
  const found = await endOf(engine, id);
  expect(statesOf(found)).not.toContain('deploying');
  expect(writesSent()).toEqual(atTheEnd);

  if (found.state === 'interrupted') {
    await engine.slipway.client.call('fleet.resume', { fleet: id });
    await engine.sandbox.clock.runUntil(untilShown(engine, id, ({ state }) => state === 'ended'));
  }
  expect(await endOf(engine, id)).toMatchObject({ state: 'ended', sentence: '2 of 2 updated.' });
  await eventually(async () => {
    const { entries } = await engine.slipway.client.call('journal.list', { kind: 'fleet', limit: 1 });
    expect(entries).toMatchObject([{ state: 'done', outcome: 'succeeded' }]);
  });
  const runs = await Promise.all(SERVICES.map((name) => engine.runs(name)));
  return { runs, writes: writesSent().map((count, index) => count - (before[index] ?? 0)) };
}
