import { z } from 'zod';
import { listUpTo, textUpTo } from '../model/bounded.ts';
import { Change } from '../model/change.ts';
import { ClusterRef } from '../model/cluster.ts';
import { DeploymentRef, Rollout } from '../model/deployment.ts';
import { GitCommit } from '../model/image.ts';
import { lazyObject, lazyStrictObject } from '../model/lazy-objects.ts';
import { Check, Plan, PlanId, Release, ReleaseId, ReleaseStep } from '../model/plan.ts';
import { RegistrationJson } from '../model/registration.ts';
import { RevisionArn } from '../model/revision.ts';
import { ServiceRef } from '../model/service.ts';
import { SharedPlan } from '../model/shared-plan.ts';
import { Done, type Methods } from './method.ts';

const why = textUpTo(500).optional();
const link = textUpTo(500)
  .check(z.url({ protocol: /^https?$/ }))
  .optional()
  .describe('a ticket or pull request');
const commit = GitCommit.optional().describe('the git commit that is deployed');
const overrides = listUpTo(100, textUpTo(300))
  .optional()
  .describe('failed checks to override, such as movement or image:web');

/** Changing a service: plan, execute, watch. */
export const releasesMethods = {
  'releases.plan': {
    kind: 'query',
    about: 'Creates a plan for changing a service. Only reads from AWS.',
    input: lazyStrictObject(() => ({ service: ServiceRef, change: Change })),
    output: Plan,
  },
  'releases.planRollback': {
    kind: 'query',
    about:
      'Creates a plan for rolling back to a given service deployment, or to the last successful release. ' +
      'If a deployment is in progress and ECS would roll it back to the same release, the plan stops the ' +
      'deployment (StopServiceDeployment); otherwise it deploys what the earlier release ran.',
    input: lazyStrictObject(() => ({ service: ServiceRef, to: DeploymentRef.shape.deployment.optional() })),
    output: Plan,
  },
  'releases.planContent': {
    kind: 'query',
    about:
      'Shows what deploying a task definition would change that is not registered yet, with all checks. Such a plan ' +
      "can't be executed: register the task definition (revisions.register), then plan its revision.",
    input: lazyStrictObject(() => ({
      service: ServiceRef,
      json: RegistrationJson,
      change: Change.optional(),
    })),
    output: Plan,
  },
  'releases.checkRules': {
    kind: 'query',
    about:
      'What rules and holds say about a release of these images now, before they are built and pushed: the checks of a plan ' +
      'that need no image.',
    input: lazyStrictObject(() => ({ service: ServiceRef, images: Change.shape.images.unwrap() })),
    output: z.array(Check),
  },
  'releases.planRevision': {
    kind: 'query',
    about: 'Creates a plan for deploying a revision that is already registered.',
    input: lazyStrictObject(() => ({ service: ServiceRef, revision: RevisionArn })),
    output: Plan,
  },
  'releases.execute': {
    kind: 'stream',
    about:
      'Executes a plan. Fails with STALE_PLAN if the service has changed since the plan was created. ' +
      'Returns what to follow as soon as ECS has accepted the change.',
    input: lazyStrictObject(() => ({
      plan: PlanId,
      why,
      link,
      commit,
      confirmation: textUpTo(255).optional(),
      overrides,
      tagRevision: z
        .boolean()
        .optional()
        .describe('false: the revision is not tagged with the reason, link, commit and caller identity'),
    })),
    event: ReleaseStep,
    output: Release,
  },
  'releases.share': {
    kind: 'change',
    about:
      'Shares a plan through the ledger, where a rule wants a second person to execute it. Values of variables never ' +
      'leave this machine: a plan that sets some is refused.',
    input: lazyStrictObject(() => ({ plan: PlanId, why, link, commit, overrides })),
    output: SharedPlan,
  },
  'releases.shared': {
    kind: 'query',
    about: 'The plans of a cluster that wait in the ledger for a second person, the next to expire first.',
    input: ClusterRef,
    output: z.array(SharedPlan),
  },
  'releases.openShared': {
    kind: 'query',
    about:
      'Makes a shared plan again on this machine and compares. `plan` is for releases.execute; where something is ' +
      'different it is missing, and `differences` says what.',
    input: lazyStrictObject(() => ({ ...ClusterRef.shape, plan: PlanId })),
    output: lazyObject(() => ({
      shared: SharedPlan,
      plan: Plan.optional(),
      differences: z.array(z.string()),
    })),
  },
  'releases.withdrawShared': {
    kind: 'change',
    about: 'Withdraws a shared plan that was not executed. Whoever opens it later reads who withdrew it.',
    input: lazyStrictObject(() => ({ ...ClusterRef.shape, plan: PlanId })),
    output: SharedPlan,
  },
  'releases.watch': {
    kind: 'stream',
    about:
      'Follows a service deployment until it ends. Returns its result; only `succeeded` is a success. ' +
      'After `warnAfterMs` it reports that the deployment takes longer than usual, and continues.',
    input: lazyStrictObject(() => ({
      ...ServiceRef.shape,
      deployment: DeploymentRef.shape.deployment,
      warnAfterMs: z.number().int().positive().optional(),
    })),
    event: Rollout,
    output: Rollout,
  },
  'releases.continueHook': {
    kind: 'change',
    about:
      'Answers a lifecycle hook that is waiting (ContinueServiceDeployment): continues the deployment or ' +
      'rolls it back. Fails with CONFLICT if the hook no longer waits.',
    input: lazyStrictObject(() => ({
      ...ServiceRef.shape,
      deployment: DeploymentRef.shape.deployment,
      hook: textUpTo(255).min(1),
      action: z.enum(['continue', 'roll-back']),
    })),
    output: Done,
  },
  'releases.resume': {
    kind: 'change',
    about: 'Resumes a release that stopped before UpdateService, with the revision that it registered.',
    input: lazyStrictObject(() => ({ release: ReleaseId })),
    output: Release,
  },
  'releases.discard': {
    kind: 'change',
    about: 'Deregisters the revision that an unfinished release left behind.',
    input: lazyStrictObject(() => ({ release: ReleaseId })),
    output: Done,
  },
} as const satisfies Methods;
