import { z } from 'zod';
import { Instant, Scope } from './account.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject } from './lazy-objects.ts';
import { PlanId, PlanKind } from './plan.ts';

/** Long work of the engine. It continues when the view that has started it is closed. */
export const Job = lazyObject(() => ({
  /** Its plan, which is executed at most once; of a one-off task its entry in the journal. */
  id: PlanId,
  kind: z.enum([...PlanKind.options, 'cleanup', 'fleet', 'run']),
  ...Scope.shape,
  cluster: z.string().optional(),
  /** The service, the family for a clean-up, or the repository for a bulk release. */
  subject: z.string(),
  title: z.string(),
  /**
   * `sending`: it changes something. `watching`: everything is sent, and it waits for the end. `waiting`: it cannot
   * continue before something is done about the reason in the sentence, such as a login.
   */
  state: z.enum(['sending', 'watching', 'waiting', 'ended']),
  /** Its state, or its result. */
  sentence: z.string(),
  /** Only `succeeded` is a success. Set when it has ended. */
  outcome: z.enum(['succeeded', 'failed', 'cancelled']).optional(),
  /** Its progress, if it can be counted. */
  progress: z.object({ done: z.number().int(), total: z.number().int() }).optional(),
  deploymentArn: z.string().optional(),
  /** The one-off task that it follows. */
  taskArn: z.string().optional(),
  /** What a clean-up removes. */
  removes: z.enum(['revisions', 'images']).optional(),
  /** The bulk release that it is a part of. Its own end is not notified. */
  partOf: PlanId.optional(),
  startedAt: Instant,
  endedAt: Instant.optional(),
  /** It was found in the journal after a restart. */
  recovered: z.boolean(),
}));
export type Job = Immutable<z.infer<typeof Job>>;
