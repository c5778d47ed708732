import { z } from 'zod';
import { Instant } from './account.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject } from './lazy-objects.ts';
import { PlanId, PlanKind } from './plan.ts';
import { ServiceRef } from './service.ts';

/** A plan that one person made and another one has to execute. It has no values of variables. */
export const SharedPlan = lazyObject(() => ({
  id: PlanId,
  service: ServiceRef,
  kind: PlanKind,
  title: z.string(),
  /** The revision that the service ran when it was planned. */
  base: z.string(),
  images: z.array(z.object({ container: z.string(), image: z.string(), digest: z.string().optional() })),
  why: z.string().optional(),
  link: z.string().optional(),
  /** The failed checks that whoever planned it would override. */
  overrides: z.array(z.string()),
  /** The ARN of who planned it, as STS tells it, and the machine. */
  plannedBy: z.string(),
  host: z.string(),
  /** SHA-256 of the plan: what it changes, on what, with which images. */
  hash: z.string(),
  at: Instant,
  expiresAt: Instant,
}));
export type SharedPlan = Immutable<z.infer<typeof SharedPlan>>;
