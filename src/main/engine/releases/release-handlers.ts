import { isTaskSetArn } from '../ecs/service-task-sets.ts';
import type { Handlers } from '../ports/handlers.ts';
import { executePlan } from './execute-plan.ts';
import { continueHook } from './execution/continue-hook.ts';
import type { ReleaseDependencies } from './model/release-dependencies.ts';
import { planChange } from './plan/plan-change.ts';
import { planRevision } from './plan/plan-revision.ts';
import { planRollback } from './plan/plan-rollback.ts';
import { discardRelease, resumeRelease } from './resume-discard.ts';
import { watchTaskSet } from './task-sets/resume-task-set.ts';
import { readTaskSets } from './watch/task-sets.ts';
import { watchRollout } from './watch/watch-rollout.ts';

type ReleaseMethods =
  | 'releases.plan'
  | 'releases.planRollback'
  | 'releases.planRevision'
  | 'releases.execute'
  | 'releases.watch'
  | 'releases.continueHook'
  | 'services.taskSets'
  | 'releases.resume'
  | 'releases.discard';

/** The methods that change services and follow what becomes of it. */
export function createReleaseHandlers(dependencies: ReleaseDependencies): Pick<Handlers, ReleaseMethods> {
  return {
    'releases.plan': ({ service, change }, { signal }) => planChange(dependencies, service, change, signal),
    'releases.planRollback': ({ service, to }, { signal }) => planRollback(dependencies, service, to, signal),
    'releases.planRevision': ({ service, revision }, { signal }) =>
      planRevision(dependencies, service, revision, signal),
    'releases.execute': (request, { signal, emit }) => executePlan(dependencies, request, signal, emit),
    'releases.watch': ({ deployment, warnAfterMs, ...ref }, { signal, emit }) =>
      isTaskSetArn(deployment)
        ? watchTaskSet(dependencies, { ref, deployment, warnAfterMs }, { signal, emit })
        : watchRollout(dependencies, { ref, deployment, warnAfterMs }, signal, emit),
    'releases.continueHook': async ({ deployment, hook, action, ...ref }, { signal }) => {
      await continueHook(dependencies, { ref, deployment, hook, action }, signal);
      return {};
    },
    'services.taskSets': (ref, { signal }) => readTaskSets(dependencies, ref, signal),
    'releases.resume': ({ release }, { signal }) => resumeRelease(dependencies, release, signal),
    'releases.discard': async ({ release }, { signal }) => {
      await discardRelease(dependencies, release, signal);
      return {};
    },
  };
}
