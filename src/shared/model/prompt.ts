import { z } from 'zod';
import { textUpTo } from './bounded.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';

const OfEveryKind = {
  id: z.uuid(),
  /** True when it was answered elsewhere or has expired, so that the view can close. */
  over: z.boolean(),
};

/** A question that only a person can answer. */
export const PromptRequest = z.discriminatedUnion('kind', [
  lazyObject(() => ({
    ...OfEveryKind,
    kind: z.literal('mfa-code'),
    /** The whole question, such as `MFA code of arn:aws:iam::1:mfa/ana, for the profile prod`. */
    question: z.string(),
  })),
  lazyObject(() => ({
    ...OfEveryKind,
    kind: z.literal('run-command'),
    /** The profile that gets its credentials from the command (`credential_process`). */
    profile: z.string(),
    /** What may be a secret in it is hidden. */
    command: z.string(),
    /** Its line and file. */
    place: z.string(),
  })),
  lazyObject(() => ({
    ...OfEveryKind,
    kind: z.literal('sign-in'),
    /** The session of IAM Identity Center, by its name or its start URL. */
    session: z.string(),
    /** Where the person signs in, in a browser. It holds no secret: who opens it must sign in. */
    address: z.string(),
    /** The code that the page at the address shows too. Without one, `with-code` may be answered. */
    code: z.string().optional(),
  })),
  lazyObject(() => ({
    ...OfEveryKind,
    kind: z.literal('authorization-code'),
    /** The profile that is signed in to. */
    session: z.string(),
    /** Where the person signs in, in a browser on any machine. Its last page shows the code. */
    address: z.string(),
    /** What was wrong with the code that was entered before. */
    problem: z.string().optional(),
  })),
]);
export type PromptRequest = Immutable<z.infer<typeof PromptRequest>>;

/** The codes of AWS Sign-In have up to 512 characters, and are shown in base64 beside the state of the request. */
const LONGEST_ANSWER = 2048;

/**
 * An MFA code, `with-code` for a sign-in, the code that a page showed, or `run` for a command. Without an answer, the
 * question is declined.
 */
export const PromptAnswer = lazyStrictObject(() => ({
  id: z.uuid(),
  answer: textUpTo(LONGEST_ANSWER).optional(),
}));
export type PromptAnswer = Immutable<z.infer<typeof PromptAnswer>>;
