import { z } from 'zod';
import { Instant } from './account.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject } from './lazy-objects.ts';
import { Plan } from './plan.ts';

export const ApprovalId = z.uuid();

/** What a program asks a person to approve: the execution of a plan that it has made. */
export const ApprovalRequest = lazyObject(() => ({
  id: ApprovalId,
  /** The program, as it names itself: `claude-code 2.1.0`. */
  requester: z.string(),
  plan: Plan,
  /** The failed checks that the execution would override. */
  overrides: z.array(z.string()),
  why: z.string().optional(),
  link: z.string().optional(),
  askedAt: Instant,
  /** Without an answer, the request ends then. */
  expiresAt: Instant,
}));
export type ApprovalRequest = Immutable<z.infer<typeof ApprovalRequest>>;

/** `waiting`: there was no answer in the time that was asked for. */
export const ApprovalAnswer = z.enum(['approved', 'refused', 'waiting']);
export type ApprovalAnswer = z.infer<typeof ApprovalAnswer>;
