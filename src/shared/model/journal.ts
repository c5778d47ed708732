import { z } from 'zod';
import { Instant, Scope } from './account.ts';
import { DeploymentOutcome } from './deployment.ts';
import type { Immutable } from './immutable.ts';
import { ReleaseStep } from './plan.ts';

/** A change that was made, or tried, through Slipway. */
export const JournalEntry = z.object({
  id: z.uuid(),
  at: Instant,
  ...Scope.shape,
  cluster: z.string().optional(),
  /** The service, or the family for a clean-up. */
  subject: z.string(),
  kind: z.enum(['deploy', 'rollback', 'stop', 'cleanup', 'push']),
  title: z.string(),
  why: z.string().optional(),
  who: z.string().optional(),
  steps: z.array(ReleaseStep),
  /**
   * `open`: started, not known to be over. `unfinished`: it stopped before UpdateService and left a registered
   * revision behind; releases.resume goes on, releases.discard deregisters it.
   */
  state: z.enum(['open', 'unfinished', 'done', 'failed', 'discarded']),
  outcome: DeploymentOutcome.optional(),
  taskDefinitionArn: z.string().optional(),
  deploymentArn: z.string().optional(),
  /** How it ended, in one sentence. */
  sentence: z.string().optional(),
});
export type JournalEntry = Immutable<z.infer<typeof JournalEntry>>;
