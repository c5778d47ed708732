import { readOnlyRule } from '../environments/environments.ts';
import type { Handlers } from '../ports/handlers.ts';
import { ruleChecks } from './checks/rule-checks.ts';
import { continueHook } from './execution/continue-hook.ts';
import type { ReleaseDependencies } from './model/release-dependencies.ts';
import { planChange } from './plan/plan-change.ts';
import { planContent } from './plan/plan-content.ts';
import { planRevision } from './plan/plan-revision.ts';
import { planRollback } from './plan/plan-rollback.ts';
import type { ReleaseJobs } from './release-jobs.ts';
import { discardRelease } from './resume-discard.ts';
import { createSharedPlanHandlers } from './shared-plans.ts';
import { readTaskSets } from './watch/task-sets.ts';

type ReleaseMethods =
  | 'releases.plan'
  | 'releases.planRollback'
  | 'releases.planRevision'
  | 'releases.planContent'
  | 'releases.checkRules'
  | 'releases.execute'
  | 'releases.share'
  | 'releases.shared'
  | 'releases.openShared'
  | 'releases.withdrawShared'
  | 'releases.watch'
  | 'releases.continueHook'
  | 'services.taskSets'
  | 'releases.resume'
  | 'releases.discard';

/** The methods that change services and follow its outcome. */
export function createReleaseHandlers(
  dependencies: ReleaseDependencies,
  jobs: Pick<ReleaseJobs, 'execute' | 'resume' | 'watch'>,
): Pick<Handlers, ReleaseMethods> {
  const requireChangeable = readOnlyRule(dependencies.environments, dependencies.accounts);
  return {
    'releases.plan': ({ service, change }, { signal }) => planChange(dependencies, service, change, signal),
    'releases.planRollback': ({ service, to }, { signal }) => planRollback(dependencies, service, to, signal),
    'releases.planRevision': ({ service, revision }, { signal }) =>
      planRevision(dependencies, service, revision, signal),
    'releases.planContent': ({ service, json, change }, { signal }) =>
      planContent(dependencies, { ref: service, json, change }, signal),
    'releases.checkRules': (release, { signal }) => ruleChecks(dependencies, release, signal),
    'releases.execute': jobs.execute,
    ...createSharedPlanHandlers(dependencies),
    'releases.resume': jobs.resume,
    'releases.watch': jobs.watch,
    'releases.continueHook': async ({ deployment, hook, action, ...ref }, { signal }) => {
      requireChangeable(ref);
      await continueHook(dependencies, { ref, deployment, hook, action }, signal);
      return {};
    },
    'services.taskSets': (ref, { signal }) => readTaskSets(dependencies, ref, signal),
    'releases.discard': async ({ release }, { signal }) => {
      await discardRelease(dependencies, release, signal);
      return {};
    },
  };
}
