import { z } from 'zod';
import { textUpTo } from './bounded.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { ServiceLogLine } from './log.ts';
import { ReleaseStep } from './plan.ts';
import { Task } from './task.ts';

/** A variable that a task gets beside those of its revision. */
export const TaskVariable = lazyStrictObject(() => ({
  name: textUpTo(255).regex(/^[A-Za-z_][\w.-]*$/, 'is not the name of a variable'),
  value: textUpTo(4_000),
}));

/** `step`: RunTask is sent or answered. `task`: another state. `warning`: what a person should know. */
export const TaskRunEvent = z.discriminatedUnion('kind', [
  lazyObject(() => ({ kind: z.literal('warning'), sentence: z.string() })),
  lazyObject(() => ({ kind: z.literal('step'), step: ReleaseStep })),
  lazyObject(() => ({ kind: z.literal('task'), task: Task })),
  lazyObject(() => ({ kind: z.literal('lines'), lines: z.array(ServiceLogLine) })),
]);
export type TaskRunEvent = Immutable<z.infer<typeof TaskRunEvent>>;

/** How a one-off task ended. */
export const TaskRun = lazyObject(() => ({
  /** Its entry in the journal. */
  id: z.uuid(),
  task: Task,
  /** The container whose exit code counts. */
  container: z.string(),
  /** Missing when the task ended before the container had one, such as when its image could not be pulled. */
  exitCode: z.number().int().optional(),
  sentence: z.string(),
}));
export type TaskRun = Immutable<z.infer<typeof TaskRun>>;
