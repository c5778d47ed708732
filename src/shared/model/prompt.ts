import { z } from 'zod';
import { textUpTo } from './bounded.ts';
import type { Immutable } from './immutable.ts';

/** A question that only a person can answer. */
export const PromptRequest = z.object({
  id: z.uuid(),
  kind: z.literal('mfa-code'),
  /** The whole question, such as `MFA code of arn:aws:iam::1:mfa/ana, for the profile prod`. */
  question: z.string(),
  /** True when somebody answered it elsewhere or it has expired, so that the view can close. */
  over: z.boolean(),
});
export type PromptRequest = Immutable<z.infer<typeof PromptRequest>>;

/** Without an answer, the question is declined. */
export const PromptAnswer = z.strictObject({ id: z.uuid(), answer: textUpTo(64).optional() });
export type PromptAnswer = Immutable<z.infer<typeof PromptAnswer>>;
