import { z } from 'zod';
import { Instant } from './account.ts';
import { Digest } from './image.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject } from './lazy-objects.ts';

/** The appearance of a task: the colour and shape of its cell. */
export const TaskState = z.enum(['pending', 'running', 'healthy', 'failing', 'stopping', 'stopped']);
export type TaskState = z.infer<typeof TaskState>;

export const TaskContainer = lazyObject(() => ({
  name: z.string(),
  lastStatus: z.string().optional(),
  health: z.string().optional(),
  exitCode: z.number().int().optional(),
  reason: z.string().optional(),
  /** Docker's id of the container. */
  runtimeId: z.string().optional(),
  image: z.string().optional(),
  digest: Digest.optional(),
}));
export type TaskContainer = Immutable<z.infer<typeof TaskContainer>>;

export const Task = lazyObject(() => ({
  arn: z.string(),
  /** The last part of the ARN. */
  id: z.string(),
  state: TaskState,
  /** Family and number, such as `web:41`. */
  revision: z.string(),
  taskDefinitionArn: z.string(),
  /** ECS's status, such as PROVISIONING. */
  lastStatus: z.string(),
  desiredStatus: z.string(),
  health: z.string(),
  startedBy: z.string().optional(),
  createdAt: Instant.optional(),
  startedAt: Instant.optional(),
  stoppedAt: Instant.optional(),
  stopCode: z.string().optional(),
  stoppedReason: z.string().optional(),
  availabilityZone: z.string().optional(),
  /** When Slipway read it last. Only of a stopped task that Slipway kept and ECS no longer has. */
  keptAt: Instant.optional(),
  consoleUrl: z.string().optional(),
  containers: z.array(TaskContainer),
}));
export type Task = Immutable<z.infer<typeof Task>>;
