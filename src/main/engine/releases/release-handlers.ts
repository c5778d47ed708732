import type { Handlers } from '../handlers.ts';
import { executePlan } from './execute-plan.ts';
import { planChange } from './plan-change.ts';
import { planRollback } from './plan-rollback.ts';
import type { ReleaseDependencies } from './release-dependencies.ts';
import { discardRelease, resumeRelease } from './unfinished-release.ts';
import { watchRollout } from './watch-rollout.ts';

type ReleaseMethods =
  | 'releases.plan'
  | 'releases.planRollback'
  | 'releases.execute'
  | 'releases.watch'
  | 'releases.resume'
  | 'releases.discard';

/** The methods that change services and follow what becomes of it. */
export function createReleaseHandlers(dependencies: ReleaseDependencies): Pick<Handlers, ReleaseMethods> {
  return {
    'releases.plan': ({ service, change }, { signal }) => planChange(dependencies, service, change, signal),
    'releases.planRollback': ({ service, to }, { signal }) => planRollback(dependencies, service, to, signal),
    'releases.execute': (consent, { signal, emit }) => executePlan(dependencies, consent, signal, emit),
    'releases.watch': ({ deployment, ...ref }, { signal, emit }) =>
      watchRollout(dependencies, { ref, deployment }, signal, emit),
    'releases.resume': ({ release }, { signal }) => resumeRelease(dependencies, release, signal),
    'releases.discard': async ({ release }, { signal }) => {
      await discardRelease(dependencies, release, signal);
      return {};
    },
  };
}
