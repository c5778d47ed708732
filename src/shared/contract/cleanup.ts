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
import { PlanId } from '../model/plan.ts';
import { Done, type Methods } from './method.ts';

/** What a person says with a plan. */
const CleanupExecuteRequest = z.strictObject({
  plan: PlanId,
  confirmation: textUpTo(300).optional(),
  /** Sources of use that cannot be told, by the names that the plan has for them: the person has looked at each. */
  acknowledged: listUpTo(1000, textUpTo(500).min(1)).optional(),
});

/** Clearing old revisions away, and images that nothing refers to. */
export const cleanupMethods = {
  'cleanup.plan': {
    kind: 'stream',
    about:
      'What a clean-up of families, or of the whole account and region, would remove and keep, and why. Fails if ' +
      'any use could not be read.',
    input: z.strictObject({ ...CleanupTarget.shape, policy: CleanupPolicy }),
    event: CleanupProgress,
    output: CleanupPlan,
  },
  'cleanup.planImages': {
    kind: 'stream',
    about:
      'What a clean-up of ECR repositories would remove and keep, and why. Fails if any use by ECS could not be read; ' +
      'use by others than ECS is not seen.',
    input: z.strictObject({ ...ImageCleanupTarget.shape, policy: ImageCleanupPolicy }),
    event: CleanupProgress,
    output: ImageCleanupPlan,
  },
  'cleanup.start': {
    kind: 'change',
    about:
      'Carries out a clean-up of revisions or images in the background; it continues after a restart. Returns what to follow.',
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
    about: 'Clean-ups of the account and region in any state; newest first, at most 20.',
    input: Scope,
    output: z.array(CleanupJob),
  },
  'cleanup.watch': {
    kind: 'stream',
    about: 'Follows a clean-up until it ends. Cancelling this call only stops following it.',
    input: z.strictObject({ job: CleanupJobId }),
    event: CleanupJob,
    output: CleanupJob,
  },
  'cleanup.pause': {
    kind: 'change',
    about: 'Pauses a clean-up after the request in progress.',
    input: z.strictObject({ job: CleanupJobId }),
    output: CleanupJob,
  },
  'cleanup.resume': {
    kind: 'change',
    about: 'Resumes a paused clean-up. Reads what is in use again first.',
    input: z.strictObject({ job: CleanupJobId }),
    output: CleanupJob,
  },
  'cleanup.cancel': {
    kind: 'change',
    about: 'Ends a clean-up. Completed removals are not undone.',
    input: z.strictObject({ job: CleanupJobId }),
    output: CleanupJob,
  },
  'cleanup.policy': {
    kind: 'query',
    about: 'The saved policy of the account and region; none when nobody has saved one.',
    input: Scope,
    output: z.object({ policy: CleanupPolicy.optional() }),
  },
  'cleanup.imagePolicy': {
    kind: 'query',
    about: 'The saved policy for images of the account and region; none when nobody has saved one.',
    input: Scope,
    output: z.object({ policy: ImageCleanupPolicy.optional() }),
  },
  'cleanup.saveImagePolicy': {
    kind: 'change',
    about: 'Saves the default policy for image clean-ups of the account and region.',
    input: z.strictObject({ ...Scope.shape, policy: ImageCleanupPolicy }),
    output: Done,
  },
  'cleanup.savePolicy': {
    kind: 'change',
    about: 'Saves the default policy for clean-ups of the account and region.',
    input: z.strictObject({ ...Scope.shape, policy: CleanupPolicy }),
    output: Done,
  },
} as const satisfies Methods;
