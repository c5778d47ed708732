import { z } from 'zod';
import { Instant } from './account.ts';
import { textUpTo } from './bounded.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { ServiceRef } from './service.ts';
import { TaskState } from './task.ts';

/** How severe a line is, as far as its text says so. */
export const LogLevel = z.enum(['error', 'warn', 'info', 'debug']);
export type LogLevel = z.infer<typeof LogLevel>;

/** A longer line is cut, with a mark at its end. */
export const LONGEST_LOG_LINE = 256 * 1024;

/** A line that a container of a task has written. */
export const ServiceLogLine = lazyObject(() => ({
  /** The same whenever and however the line is read, and different from that of every other line. */
  id: z.string(),
  /** When the container wrote it, by the clock of its machine. */
  at: Instant.optional(),
  /** When CloudWatch Logs got it. */
  ingestedAt: Instant.optional(),
  taskId: z.string(),
  container: z.string(),
  /** Family and number, such as `web:41`. */
  revision: z.string(),
  level: LogLevel.optional(),
  /** With its escape sequences; at most LONGEST_LOG_LINE characters and a mark. */
  text: z.string(),
}));
export type ServiceLogLine = Immutable<z.infer<typeof ServiceLogLine>>;

/** A log stream that is read: that of one container of one task. */
export const ServiceLogSource = lazyObject(() => ({
  taskId: z.string(),
  container: z.string(),
  revision: z.string(),
  logGroup: z.string(),
  logStream: z.string(),
  /** Of the task. */
  state: TaskState,
  startedAt: Instant.optional(),
  stoppedAt: Instant.optional(),
  /** The stream in the console of CloudWatch. */
  consoleUrl: z.string().optional(),
}));
export type ServiceLogSource = Immutable<z.infer<typeof ServiceLogSource>>;

export const ServiceLogsInput = lazyStrictObject(() => ({
  ...ServiceRef.shape,
  since: Instant.describe('the time of the oldest line'),
  until: Instant.optional().describe('the time after the newest line'),
  follow: z.boolean().optional(),
  filter: textUpTo(500).min(1).optional().describe('only lines that contain this text'),
  container: textUpTo(255).min(1).optional(),
  task: textUpTo(255).min(1).optional().describe('the id of a task'),
}));

/**
 * `sources`: what is read, and how; first, and again when it changes. `lines`: new ones, each once. `caught-up`: all lines
 * that were there when the call began have been sent.
 */
export const ServiceLogsEvent = z.discriminatedUnion('kind', [
  lazyObject(() => ({
    kind: z.literal('sources'),
    sources: z.array(ServiceLogSource),
    /** What is not read, as sentences. */
    notRead: z.array(z.string()),
    via: z.enum(['live-tail', 'polls']),
    /** Why new lines are polled, as a sentence. */
    why: z.string().optional(),
  })),
  lazyObject(() => ({
    kind: z.literal('lines'),
    lines: z.array(ServiceLogLine),
    /** More was written than CloudWatch sends live: the rest follows. */
    sampled: z.boolean().optional(),
  })),
  lazyObject(() => ({ kind: z.literal('caught-up') })),
]);
export type ServiceLogsEvent = Immutable<z.infer<typeof ServiceLogsEvent>>;

/** Two revisions of a release whose errors are compared. */
export const ReleaseErrorsInput = lazyStrictObject(() => ({
  ...ServiceRef.shape,
  startedAt: Instant.describe('when the deployment started'),
  revision: textUpTo(300).min(1).describe('the new one, such as web:42'),
  previousRevision: textUpTo(300).min(1).optional(),
}));

/** How many errors the tasks of a revision have written. */
export const ErrorRate = lazyObject(() => ({
  revision: z.string(),
  errors: z.number().int(),
  /** Minutes that its tasks ran in the window that was read, added up. */
  taskMinutes: z.number(),
  /** The window was cut short, because more was written than is read for it. */
  isPart: z.boolean(),
}));
export type ErrorRate = Immutable<z.infer<typeof ErrorRate>>;

export const ReleaseErrors = lazyObject(() => ({
  /** The first lines with the level `error` of the new revision, three at most, cut, and without escape sequences. */
  lines: z.array(ServiceLogLine),
  /** Since the start, ten minutes at most. Missing until it has run for some seconds. */
  released: ErrorRate.optional(),
  /** As long before the start. */
  previous: ErrorRate.optional(),
  /** What is not read, as sentences. */
  notRead: z.array(z.string()),
}));
export type ReleaseErrors = Immutable<z.infer<typeof ReleaseErrors>>;
