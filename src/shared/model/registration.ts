import { z } from 'zod';
import { textUpTo } from './bounded.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject } from './lazy-objects.ts';
import { Difference } from './revision.ts';

/** The JSON of a task definition as a person writes it; ECS takes 64 KiB. */
export const RegistrationJson = textUpTo(200_000);

/** A problem in the JSON of a task definition that RegisterTaskDefinition would refuse, with its position. */
export const RegistrationProblem = lazyObject(() => ({
  /** `error`: it cannot be sent. `warning`: ECS may refuse it. */
  severity: z.enum(['error', 'warning']),
  /** For example `containerDefinitions[0].image`; empty for the whole. */
  path: z.string(),
  message: z.string(),
  /** Characters from the start of the text; line and column are counted from 1. */
  offset: z.int(),
  line: z.int(),
  column: z.int(),
}));
export type RegistrationProblem = Immutable<z.infer<typeof RegistrationProblem>>;

export const RegistrationCheck = lazyObject(() => ({
  problems: z.array(RegistrationProblem),
  /** From the JSON that it is compared with; none while the text cannot be sent. */
  differences: z.array(Difference),
}));
export type RegistrationCheck = Immutable<z.infer<typeof RegistrationCheck>>;

/** What can replace the characters from `from` to `to` in the JSON. */
export const RegistrationCompletion = lazyObject(() => ({
  from: z.int(),
  to: z.int(),
  options: z.array(z.object({ label: z.string(), about: z.string(), insert: z.string() })),
}));
export type RegistrationCompletion = Immutable<z.infer<typeof RegistrationCompletion>>;

/** A revision registered from the editor, compared with what was sent. */
export const Registration = lazyObject(() => ({
  arn: z.string(),
  /** For example `web:42`. */
  name: z.string(),
  family: z.string(),
  /** What ECS stored differently, or not at all. Empty: nothing was lost. */
  lost: z.array(Difference),
  /** What ECS added. */
  filledIn: z.array(Difference),
}));
export type Registration = Immutable<z.infer<typeof Registration>>;
