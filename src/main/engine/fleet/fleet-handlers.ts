import type { FleetBoard } from '../../../shared/model/fleet.ts';
import { waitUnlessCancelled } from '../aws/retry.ts';
import type { CallContext, Handlers } from '../ports/handlers.ts';
import { lastPer } from '../ports/pacing.ts';
import type { ReleaseDependencies } from '../releases/model/release-dependencies.ts';
import { type CandidateDependencies, findCandidates } from './candidates.ts';
import type { Fleets } from './fleets.ts';
import { isInProgress } from './next-step.ts';
import { planFleet } from './plan-fleet.ts';

type FleetMethods =
  | 'fleet.candidates'
  | 'fleet.plan'
  | 'fleet.execute'
  | 'fleet.run'
  | 'fleet.watch'
  | 'fleet.resume'
  | 'fleet.stop';

const POLL_INTERVAL_MS = 100;
/** A fleet of another process, or of an ended one, is read from the journal. */
const POLL_MS = 1000;

interface FleetHandlerOptions {
  readonly fleets: Fleets;
  readonly releasing: ReleaseDependencies;
  readonly candidates: CandidateDependencies;
}

/** The methods of releases to many services. */
export function createFleetHandlers({
  fleets,
  releasing,
  candidates,
}: FleetHandlerOptions): Pick<Handlers, FleetMethods> {
  return {
    'fleet.candidates': (input, context) => findCandidates(candidates, input, context),
    'fleet.plan': (request, { signal }) => planFleet(releasing, request, signal),
    'fleet.execute': async (request, { signal }) => {
      await fleets.execute(request, signal);
      return { fleet: request.plan };
    },
    'fleet.run': async (request, context) => {
      if (fleets.board(request.plan).state === 'planned') await fleets.execute(request, context.signal);
      else await fleets.resume(request.plan, context.signal);
      return watchBoard(fleets, request.plan, context, isSettledOrPaused);
    },
    'fleet.watch': ({ fleet }, context) => watchBoard(fleets, fleet, context, isSettled),
    'fleet.resume': async ({ fleet }, { signal }) => {
      await fleets.resume(fleet, signal);
      return {};
    },
    'fleet.stop': async ({ fleet, rollBack }, { signal }) => {
      await fleets.stop(fleet, rollBack ? 'back' : 'go-on', signal);
      return {};
    },
  };
}

async function watchBoard(
  fleets: Fleets,
  id: string,
  { signal, emit }: CallContext<'fleet.watch'>,
  isOver: (board: FleetBoard) => boolean,
): Promise<FleetBoard> {
  let last = '';
  const pace = lastPer<undefined>(POLL_INTERVAL_MS, () => {
    const board = fleets.board(id);
    const seen = JSON.stringify(board);
    if (seen !== last) emit(board);
    last = seen;
  });
  const stop = fleets.watch(id, () => pace.push(undefined));
  try {
    for (;;) {
      const board = fleets.board(id);
      if (isOver(board)) {
        pace.push(undefined);
        pace.flush();
        return board;
      }
      pace.push(undefined);
      await waitUnlessCancelled(POLL_MS, signal, 'Watching the release');
    }
  } finally {
    stop();
    pace.stop();
  }
}

function isSettled({ state, waves }: FleetBoard): boolean {
  if (state === 'running' || state === 'paused' || state === 'stopping') return false;
  return !waves.flat().some((row) => isInProgress(row.state));
}

/** A pipeline has nobody to resume it. */
function isSettledOrPaused(board: FleetBoard): boolean {
  return board.state === 'paused' || isSettled(board);
}
