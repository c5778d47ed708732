import { z } from 'zod';
import { Scope } from '../model/account.ts';
import { listUpTo, textUpTo } from '../model/bounded.ts';
import {
  CleanupJob,
  CleanupJobId,
  CleanupPlan,
  CleanupPolicy,
  CleanupProgress,
  CleanupTarget,
} from '../model/cleanup.ts';
import { ImageCleanupPlan, ImageCleanupPolicy, ImageCleanupTarget } from '../model/image-cleanup.ts';
import { lazyObject, lazyStrictObject } from '../model/lazy-objects.ts';
import { PlanId } from '../model/plan.ts';
import { Done, type Methods } from './method.ts';

/** What a person says with a plan. */
const CleanupExecuteRequest = lazyStrictObject(() => ({
  plan: PlanId,
  confirmation: textUpTo(300).optional(),
  /** The names of unknown sources of use that the person has acknowledged. */
  acknowledged: listUpTo(1000, textUpTo(500).min(1)).optional(),
  /**
   * What the plan would remove and the person keeps: ARNs of revisions, or `repository@digest` of images. Images that
   * an excluded one needs are kept with it.
   */
  excluded: listUpTo(10_000, textUpTo(700).min(1)).optional(),
}));

/** Clean-ups of old revisions and unused images. */
export const cleanupMethods = {
  'cleanup.plan': {
    kind: 'stream',
    about:
      'Returns what a clean-up of families, or of the whole account and region, would remove and keep, ' +
      "and why. Fails if it couldn't read everything that may use a revision.",
    input: lazyStrictObject(() => ({ ...CleanupTarget.shape, policy: CleanupPolicy })),
    event: CleanupProgress,
    output: CleanupPlan,
  },
  'cleanup.planImages': {
    kind: 'stream',
    about:
      'Returns what a clean-up of ECR repositories, or of chosen images of them, would remove and keep, and why. Fails if it could not ' +
      'read everything in ECS that may use an image; use outside ECS is not checked.',
    input: lazyStrictObject(() => ({ ...ImageCleanupTarget.shape, policy: ImageCleanupPolicy })),
    event: CleanupProgress,
    output: ImageCleanupPlan,
  },
  'cleanup.start': {
    kind: 'change',
    about:
      'Starts a clean-up of revisions or images in the background, without those that are excluded. Returns ' +
      'the job to follow; it continues after a restart.',
    input: CleanupExecuteRequest,
    output: CleanupJob,
  },
  'cleanup.run': {
    kind: 'stream',
    about: 'Runs a clean-up until it ends. Cancelling this call cancels the clean-up.',
    input: CleanupExecuteRequest,
    event: CleanupJob,
    output: CleanupJob,
  },
  'cleanup.jobs': {
    kind: 'query',
    about: 'Lists clean-ups of the account and region in any state, newest first, at most 20.',
    input: Scope,
    output: z.array(CleanupJob),
  },
  'cleanup.watch': {
    kind: 'stream',
    about: 'Follows a clean-up until it ends. Cancelling this call only stops following it.',
    input: lazyStrictObject(() => ({ job: CleanupJobId })),
    event: CleanupJob,
    output: CleanupJob,
  },
  'cleanup.pause': {
    kind: 'change',
    about: 'Pauses a clean-up after the request in progress.',
    input: lazyStrictObject(() => ({ job: CleanupJobId })),
    output: CleanupJob,
  },
  'cleanup.resume': {
    kind: 'change',
    about: 'Resumes a paused clean-up. Reads again what is in use first.',
    input: lazyStrictObject(() => ({ job: CleanupJobId })),
    output: CleanupJob,
  },
  'cleanup.cancel': {
    kind: 'change',
    about: 'Cancels a clean-up. Completed removals are not undone.',
    input: lazyStrictObject(() => ({ job: CleanupJobId })),
    output: CleanupJob,
  },
  'cleanup.policy': {
    kind: 'query',
    about: 'Returns the saved clean-up policy for revisions of the account and region, if there is one.',
    input: Scope,
    output: lazyObject(() => ({ policy: CleanupPolicy.optional() })),
  },
  'cleanup.imagePolicy': {
    kind: 'query',
    about: 'Returns the saved clean-up policy for images of the account and region, if there is one.',
    input: Scope,
    output: lazyObject(() => ({ policy: ImageCleanupPolicy.optional() })),
  },
  'cleanup.saveImagePolicy': {
    kind: 'change',
    about: 'Saves the default clean-up policy for images of the account and region.',
    input: lazyStrictObject(() => ({ ...Scope.shape, policy: ImageCleanupPolicy })),
    output: Done,
  },
  'cleanup.savePolicy': {
    kind: 'change',
    about: 'Saves the default clean-up policy for revisions of the account and region.',
    input: lazyStrictObject(() => ({ ...Scope.shape, policy: CleanupPolicy })),
    output: Done,
  },
} as const satisfies Methods;
