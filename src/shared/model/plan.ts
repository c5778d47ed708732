import { z } from 'zod';
import { Environment, Instant } from './account.ts';
import { ImagePlace } from './image-scan.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject } from './lazy-objects.ts';
import { Difference, ImageDifference } from './revision.ts';
import { ServiceRef } from './service.ts';

export const CheckResult = z.enum(['pass', 'warn', 'fail', 'unknown']);
export type CheckResult = z.infer<typeof CheckResult>;

/** A check before a change. `unknown`: it could not be made, and why. */
export const Check = lazyObject(() => ({
  rule: z.string(),
  result: CheckResult,
  message: z.string(),
  /** Details of the reason, and the next step. */
  advice: z.string().optional(),
  /** The subject, if a check is made for several, such as the container. */
  subject: z.string().optional(),
  /** True for a failed check that can be overridden; never for what AWS would refuse. */
  overridable: z.boolean().optional(),
  /** Of a check of permissions that does not pass: the least IAM policy for the plan, to be handed to an administrator. */
  policy: z.string().optional(),
  /** Of an image that is archived: what images.restore takes. */
  archived: ImagePlace.optional(),
}));
export type Check = Immutable<z.infer<typeof Check>>;

/** The name that overrides a failed check in releases.execute: `movement`, or `image:web` of a container. */
export function overrideOf({ rule, subject }: Check): string {
  return subject === undefined ? rule : `${rule}:${subject}`;
}

export const PlannedCall = lazyObject(() => ({ operation: z.string(), target: z.string() }));
export type PlannedCall = Immutable<z.infer<typeof PlannedCall>>;

export const PlanId = z.uuid();

/**
 * `scale` sets the number of tasks, `change` other settings of the service that start no deployment. `rollback` deploys
 * what ran before, `stop` ends the deployment that is in progress and lets ECS go back.
 */
export const PlanKind = z.enum(['deploy', 'scale', 'change', 'rollback', 'stop']);
export type PlanKind = z.infer<typeof PlanKind>;

/**
 * What a month of the service costs on Fargate at list prices, in USD. A side is missing when it is unknown: other
 * capacity, Spot, Windows, or a region without a known price.
 */
export const PlanCost = lazyObject(() => ({
  before: z.number().optional(),
  after: z.number().optional(),
  /** The month of the prices: `2026-01`. */
  pricesOf: z.string(),
}));
export type PlanCost = Immutable<z.infer<typeof PlanCost>>;

/** A plan for a service, made from reads only. */
export const Plan = lazyObject(() => ({
  id: PlanId,
  kind: PlanKind,
  service: ServiceRef,
  environment: Environment,
  createdAt: Instant,
  /** One line: `Deploy web:42 to web`. */
  title: z.string(),
  /** The state that the plan was made on. If it has changed, the execution stops with STALE_PLAN. */
  base: z.object({
    taskDefinitionArn: z.string(),
    revision: z.string(),
    deploymentArn: z.string().optional(),
    deployedAt: Instant.optional(),
  }),
  images: z.array(ImageDifference),
  /** Of the task definition, besides the images. */
  differences: z.array(Difference),
  /** Of the service beside its task definition. */
  serviceDifferences: z.array(Difference),
  /** How many fields of the task definition stay as they are. */
  unchanged: z.number().int(),
  checks: z.array(Check),
  /** False when a check failed, or when nothing would change. Fails that are overridable can be overridden. */
  canExecute: z.boolean(),
  calls: z.array(PlannedCall),
  /** The same for the AWS CLI: commands for a POSIX shell, to be run in this order in one shell. */
  commands: z.array(z.string()),
  /** Set when Slipway can't execute the plan, but its commands can: with what, and how. */
  otherWay: z.object({ sentence: z.string(), appSpec: z.string().optional() }).optional(),
  /** Set when this text must be typed before the execution (production). */
  confirmation: z.string().optional(),
  /** Set when the execution needs a reason, because a rule of environments.yml or slipway.yml asks for one. */
  needsReason: z.boolean().optional(),
  /** A regular expression that the reason or the link must contain, because a rule asks for a ticket. */
  ticket: z.string().optional(),
  /** Set when another person has to execute it: releases.share shares it. */
  needsSecondPerson: z.boolean().optional(),
  /** Milliseconds, the median of this service's past successes; missing where there is none. */
  expectedMs: z.number().optional(),
  /** Set when the size or the number of tasks changes. */
  cost: PlanCost.optional(),
}));
export type Plan = Immutable<z.infer<typeof Plan>>;

export const ReleaseId = z.uuid();

/** A step of an execution, as in the journal. */
export const ReleaseStep = lazyObject(() => ({
  operation: z.string(),
  state: z.enum(['sent', 'done', 'failed']),
  at: Instant,
  result: z.string().optional(),
}));
export type ReleaseStep = Immutable<z.infer<typeof ReleaseStep>>;

/** The started release, with the deployment to watch. */
export const Release = lazyObject(() => ({
  id: ReleaseId,
  service: ServiceRef,
  kind: PlanKind,
  title: z.string(),
  /** The revision that the service was told to run; for a registered one, its ARN. */
  taskDefinitionArn: z.string().optional(),
  /** Whether this release registered that revision. */
  registered: z.boolean(),
  /** The service deployment to watch. Missing for a change that starts none, such as scaling. */
  deploymentArn: z.string().optional(),
}));
export type Release = Immutable<z.infer<typeof Release>>;
