import { z } from 'zod';
import { Instant, Scope } from './account.ts';
import { ContainerImage } from './image.ts';
import type { Immutable } from './immutable.ts';
import { ServiceEvent } from './service.ts';
import { TaskState } from './task.ts';

/** The ARN of a service deployment. */
export const DeploymentArn = z
  .string()
  .regex(/^arn:[^\s]+:service-deployment\/[^\s]+$/, 'is not the ARN of a service deployment');

export const DeploymentRef = z.strictObject({ ...Scope.shape, deployment: DeploymentArn });
export type DeploymentRef = Immutable<z.infer<typeof DeploymentRef>>;

/**
 * What became of it. Only ECS's SUCCESSFUL is `succeeded`. A status that Slipway does not know is `unknown`,
 * and shown as it is.
 */
export const DeploymentOutcome = z.enum([
  'in-progress',
  'succeeded',
  'rolled-back',
  'failed',
  'stopped',
  'unknown',
]);
export type DeploymentOutcome = z.infer<typeof DeploymentOutcome>;

export const Deployment = z.object({
  arn: z.string(),
  id: z.string(),
  /** ECS's own word, such as ROLLBACK_SUCCESSFUL. */
  status: z.string(),
  outcome: DeploymentOutcome,
  statusReason: z.string().optional(),
  stage: z.string().optional(),
  createdAt: Instant.optional(),
  startedAt: Instant.optional(),
  finishedAt: Instant.optional(),
  durationMs: z.number().optional(),
  /** Family and number of the revision that it set out to run. */
  revision: z.string().optional(),
  taskDefinitionArn: z.string().optional(),
  serviceRevisionArn: z.string().optional(),
  images: z.array(ContainerImage),
  /** Family and number of what ran before. */
  previousRevision: z.string().optional(),
  /** What a rollback goes back to by default: the newest success that differs from what runs now. */
  isRollbackTarget: z.boolean(),
  why: z.string().optional(),
  who: z.string().optional(),
});
export type Deployment = Immutable<z.infer<typeof Deployment>>;

export const TaskCell = z.object({ taskId: z.string(), state: TaskState, label: z.string() });
export type TaskCell = Immutable<z.infer<typeof TaskCell>>;

/** One row of task cells: a revision on its way in or out. */
export const RolloutLane = z.object({
  revision: z.string(),
  role: z.enum(['old', 'new']),
  cells: z.array(TaskCell),
  summary: z.string(),
});
export type RolloutLane = Immutable<z.infer<typeof RolloutLane>>;

/** Stopped tasks that went the same way. */
export const FailureGroup = z.object({
  cause: z.string(),
  container: z.string().optional(),
  exitCode: z.number().int().optional(),
  times: z.number().int(),
  lastAt: Instant.optional(),
});
export type FailureGroup = Immutable<z.infer<typeof FailureGroup>>;

/** A deployment at one moment, as the rollout view shows it. */
export const Rollout = z.object({
  deployment: Deployment,
  lanes: z.array(RolloutLane),
  circuitBreaker: z
    .object({ status: z.string(), failures: z.number().int(), threshold: z.number().int() })
    .optional(),
  failures: z.array(FailureGroup),
  events: z.array(ServiceEvent),
  /** One sentence that says how it stands, or how it ended and why. */
  sentence: z.string(),
  /** Milliseconds, from this service's past successes; missing where there is none. */
  estimatedMsLeft: z.number().optional(),
});
export type Rollout = Immutable<z.infer<typeof Rollout>>;
