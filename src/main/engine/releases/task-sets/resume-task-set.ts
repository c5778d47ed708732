import { SlipwayError } from '../../../../shared/errors.ts';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import type { Execution } from '../execution/execution.ts';
import { withLaterLock } from '../execution/service-lock.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { loadPlan } from '../model/stored-plan.ts';
import type { Watched } from '../watch/watch-rollout.ts';
import { sendNextMove } from './advance.ts';
import { followTaskSet } from './follow-task-set.ts';
import { resolveLastMove } from './resolve-task-set.ts';

interface Caller {
  readonly signal: AbortSignal;
  readonly emit: (rollout: Rollout) => void;
}

/** Follows a release with task sets and changes nothing: whoever carries it out moves it on. */
export function watchTaskSet(
  dependencies: ReleaseDependencies,
  watched: Watched,
  { signal, emit }: Caller,
): Promise<Rollout> {
  return followTaskSet(dependencies, watched, { signal, emit, onPoll: async () => {} });
}

/**
 * Carries a release with task sets on to its end, from wherever ECS and the journal say that it stands: the same right
 * after its beginning and after a crash. `entry`: its entry in the journal. A stop has nothing left to send, and is
 * watched until its set is gone.
 */
export async function carryTaskSetOn(
  dependencies: ReleaseDependencies,
  entry: string,
  watched: Watched,
  { signal, emit }: Caller,
): Promise<Rollout> {
  const { journal, aws } = dependencies;
  const planId = journal.entries.planOf(entry);
  const plan = planId === undefined ? undefined : loadPlan(journal, planId).plan;
  if (plan === undefined || plan.action.kind === 'stop')
    return watchTaskSet(dependencies, watched, { signal, emit });
  const ecs = aws.ecs(plan.service, 'clicked');
  const execution: Execution = { dependencies, ecs, plan, entry, signal };
  await resolveLastMove(execution, watched.deployment);
  try {
    return await withLaterLock(execution, (locked) =>
      followTaskSet(dependencies, watched, {
        signal,
        emit,
        onPoll: (service) => sendNextMove(locked, watched.deployment, service),
      }),
    );
  } catch (error) {
    if (error instanceof SlipwayError && error.detail.lock === 'lost') {
      journal.entries.update(entry, { state: 'failed', outcome: 'stopped', sentence: error.message });
    }
    throw error;
  }
}
