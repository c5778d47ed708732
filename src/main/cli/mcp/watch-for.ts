import type { Client } from '../../../shared/client.ts';
import type { Event, Input } from '../../../shared/contract.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';

export const WATCHED_SECONDS = 60;
export const MOST_WATCHED_SECONDS = 300;

type Rollout = Immutable<Event<'releases.watch'>>;

interface WatchRequest {
  readonly input: Input<'releases.watch'>;
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly onRollout: (rollout: Rollout) => void;
}

/** Where a deployment stands after some seconds, or how it ended. */
export interface WatchedFor {
  readonly ended: boolean;
  /** Missing where nothing could be read in that time. */
  readonly rollout?: Rollout;
}

/** Follows a deployment until it ends, or until the seconds are over; then it is only followed no longer. */
export async function watchFor(
  client: Client,
  { input, seconds, signal, onRollout }: WatchRequest,
): Promise<WatchedFor> {
  let last: Rollout | undefined;
  const timeUp = AbortSignal.timeout(seconds * 1000);
  try {
    const rollout = await client.call('releases.watch', input, {
      signal: AbortSignal.any([signal, timeUp]),
      onEvent(event) {
        last = event;
        onRollout(event);
      },
    });
    return { ended: true, rollout };
  } catch (error) {
    const isTimeUp = timeUp.aborted && !signal.aborted;
    if (!isTimeUp || !(error instanceof SlipwayError) || error.code !== 'CANCELLED') throw error;
    return { ended: false, ...(last === undefined ? {} : { rollout: last }) };
  }
}
