import type { Client } from '../../../shared/client.ts';
import type { Rollout } from '../../../shared/model/deployment.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Io } from './io.ts';
import type { Output } from './output.ts';

/** Until when a deployment is followed: its end, a hook that waits for a person, or a stage. */
export type Until = 'done' | 'paused' | `stage:${string}`;

/** Why following ended. `reached`: what was waited for has come. */
export type Followed =
  | { readonly kind: 'ended' | 'reached'; readonly rollout: Rollout }
  | { readonly kind: 'waits'; readonly rollout: Rollout; readonly hook: string }
  | { readonly kind: 'time-is-up' | 'interrupted'; readonly rollout: Rollout | undefined };

export interface Following {
  readonly ref: ServiceRef;
  readonly deployment: string;
  readonly until: Until;
  /** Aborts when the time is up. */
  readonly timeout: AbortSignal | undefined;
  readonly isVerbose: boolean;
}

/** Follows a deployment and prints its progress. Throws what `releases.watch` throws. */
export async function follow(
  { client, io, output }: { readonly client: Client; readonly io: Io; readonly output: Output },
  { ref, deployment, until, timeout, isVerbose }: Following,
): Promise<Followed> {
  const enough = new AbortController();
  const ends = [enough.signal, io.interrupt, timeout].filter((each) => each !== undefined);
  const progress = progressPrinter(output, isVerbose);
  let latest: Rollout | undefined;
  let stop: Followed | undefined;
  const see = (rollout: Rollout): void => {
    latest = rollout;
    // The end is the answer, which is printed once.
    if (rollout.deployment.outcome === 'in-progress') progress(rollout);
    stop ??= stopAt(rollout, until);
    if (stop !== undefined) enough.abort();
  };
  try {
    const rollout = await client.call(
      'releases.watch',
      { ...ref, deployment },
      { signal: AbortSignal.any(ends), onEvent: see },
    );
    return { kind: 'ended', rollout };
  } catch (error) {
    if (stop !== undefined) {
      if (stop.kind === 'reached') output.note(continuesSentence(ref));
      return stop;
    }
    if (io.interrupt.aborted) return { kind: 'interrupted', rollout: latest };
    if (timeout?.aborted === true) return { kind: 'time-is-up', rollout: latest };
    throw error;
  }
}

/** Reaching a stage is no outcome. */
function continuesSentence({ cluster, service }: ServiceRef): string {
  return `The deployment continues. \`slipway watch -c ${cluster} -n ${service}\` follows it.`;
}

/** Where a rollout that is still in progress ends the wait; undefined where it goes on. */
function stopAt(rollout: Immutable<Rollout>, until: Until): Followed | undefined {
  if (rollout.deployment.outcome !== 'in-progress') return undefined;
  if (until === `stage:${rollout.stage?.name ?? ''}`) return { kind: 'reached', rollout };
  const hook = rollout.hooks?.find(({ waits }) => waits);
  if (hook === undefined) return undefined;
  return until === 'paused' ? { kind: 'reached', rollout } : { kind: 'waits', rollout, hook: hook.id };
}

/** Prints each new sentence once; with `isVerbose`, the events of the service too. */
function progressPrinter(output: Output, isVerbose: boolean): (rollout: Immutable<Rollout>) => void {
  const printed = new Set<string>();
  let last = '';
  return ({ sentence, notUpToDate, warning, events }) => {
    const now = [sentence, notUpToDate?.reason, warning].filter(Boolean).join(' ');
    if (now !== last) output.note(now);
    last = now;
    if (!isVerbose) return;
    for (const { id, at, message } of events.toReversed()) {
      if (!printed.has(id)) output.note([{ text: `  ${at}  ${message}`, style: 'dim' }]);
      printed.add(id);
    }
  };
}
