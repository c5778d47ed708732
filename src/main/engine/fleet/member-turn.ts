import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import { serviceLabel } from '../aws/arns.ts';
import { readCallerIdentity } from '../aws/caller-identity.ts';
import { waitUnlessCancelled } from '../aws/retry.ts';
import type { FleetDependencies } from './fleet-dependencies.ts';
import { replan, startRelease } from './member-release.ts';
import type { StoredFleet, StoredMember } from './stored-fleet.ts';

interface TurnOptions {
  /** As it is kept now. */
  readonly kept: () => StoredMember;
  readonly leaving: AbortSignal;
  /** Whether nothing further may be started. */
  readonly isStopped: () => boolean;
  /** A sentence about the place in the queue. */
  readonly onPlace: (sentence: string) => void;
}

/**
 * Starts the release of a service. Where another release has its lock and the request says for how long, it waits in the queue
 * first, and is planned again, because the release before it has changed the service. Throws what startRelease throws.
 */
export async function startInTurn(
  dependencies: FleetDependencies,
  fleet: StoredFleet,
  options: TurnOptions,
): Promise<string> {
  const { kept, leaving } = options;
  const seconds = fleet.request?.waitLockSeconds;
  const until = performance.now() + (seconds ?? 0) * 1_000;
  for (;;) {
    try {
      return await startRelease(dependencies, fleet, kept(), leaving);
    } catch (error) {
      if (seconds === undefined || !isLocked(error)) throw error;
    }
    await waitForTurn(dependencies, fleet, { ...options, until });
    await replan(dependencies, fleet, kept(), 'any-base');
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof SlipwayError && error.detail.lock === 'held';
}

async function waitForTurn(
  { releasing }: FleetDependencies,
  { account, region, request }: StoredFleet,
  { kept, leaving, isStopped, onPlace, until }: TurnOptions & { readonly until: number },
): Promise<void> {
  const { cluster, service } = kept();
  const ref = { account, region, cluster, service };
  const by = await readCallerIdentity(releasing, ref, leaving);
  await releasing.locks?.wait(ref, by, {
    async pause() {
      if (isStopped()) throw cancelled('Waiting for the lock');
      if (performance.now() >= until) throw stillLocked(ref, request?.waitLockSeconds ?? 0);
      await waitUnlessCancelled(releasing.pollIntervalMs, leaving, 'Waiting for the lock');
    },
    onPlace: ({ position, waiting, holder }) =>
      onPlace(
        `Waiting for the lock: ${position} of ${waiting}${holder === undefined ? '' : ` (${holder.what})`}.`,
      ),
  });
}

function stillLocked(ref: { readonly cluster: string; readonly service: string }, seconds: number) {
  return new SlipwayError(
    'STALE_PLAN',
    `${serviceLabel(ref)} was still locked after ${seconds} seconds. Nothing was sent to it.`,
    { detail: { lock: 'held' } },
  );
}
