import type { Service } from '@aws-sdk/client-ecs';
import { expect } from 'vitest';
import type { Client } from '../../../shared/client.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import { overrideOf, type Plan } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import {
  atEachMoment,
  callApart,
  type Lane,
  type Moment,
  momentsOf,
  type OwnCall,
  openLane,
  outcome,
  SERVICE,
  sent,
  serviceNow,
  withFolder,
  withSlipway,
} from './killed-process.ts';

/** What Slipway says after the restart, and how often each write has reached AWS since the call started. */
interface Aftermath {
  readonly client: Client;
  readonly entry: JournalEntry | undefined;
  readonly reached: (operation: string) => number;
}

export interface Attempt extends OwnCall {
  /** Holds what is said against what is so. */
  readonly check: (after: Aftermath) => Promise<void>;
}

export type Prepare = (lane: Lane, folder: string) => Promise<Attempt>;

/** The execution of a plan, with the checks that failed overridden. */
export function execution({ id, checks }: Plan, writes: readonly string[]): OwnCall {
  const overrides = checks.filter(({ result }) => result === 'fail').map(overrideOf);
  return { method: 'releases.execute', input: { plan: id, overrides }, writes };
}

/** The service, once nothing moves any more. */
export function settled(lane: Lane, ref: ServiceRef = SERVICE): Promise<Service> {
  return lane.sandbox.clock.advanceUntil(async () => {
    const service = await serviceNow(lane, ref);
    expect(service.deployments?.map(({ rolloutState }) => rolloutState)).toEqual(['COMPLETED']);
    return service;
  });
}

/** Ends a call at a moment, or never, starts Slipway again, and holds what it says against AWS. */
function tryOnce(prepare: Prepare, lane: Lane, moment?: Moment): Promise<readonly Moment[]> {
  return withFolder(async (folder) => {
    const attempt = await prepare(lane, folder);
    const before = new Map(attempt.writes.map((operation) => [operation, sent(lane, operation)]));
    const reached = (operation: string): number => sent(lane, operation) - (before.get(operation) ?? 0);
    const requests = await callApart(lane, folder, attempt, moment);
    await withSlipway(lane, folder, async (client) => {
      const entry = await outcome(lane, client);
      expect(entry?.steps.filter(({ state }) => state === 'sent')).toEqual([]);
      for (const operation of attempt.writes) expect(reached(operation)).toBeLessThanOrEqual(1);
      await attempt.check({ client, entry, reached });
    });
    return momentsOf(requests, attempt);
  });
}

/**
 * Ends the process that makes a change at each of its calls, and holds what Slipway says afterwards against AWS.
 * Returns the moments at which it was ended.
 */
export async function killAtEachCall(prepare: Prepare): Promise<readonly Moment[]> {
  const lane = await openLane();
  try {
    const moments = await tryOnce(prepare, lane);
    await atEachMoment([lane], moments, async (each, moment) => {
      await tryOnce(prepare, each, moment);
    });
    return moments;
  } finally {
    await lane.sandbox.close();
  }
}
