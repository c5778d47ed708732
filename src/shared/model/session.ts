import { z } from 'zod';
import { Instant } from './account.ts';
import { textUpTo } from './bounded.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { Check } from './plan.ts';

/** Unguessable, and of use only to the client that opened the session. */
export const SessionId = textUpTo(64).min(1);

export const TerminalSize = lazyStrictObject(() => ({
  cols: z.int().min(2).max(1_000),
  rows: z.int().min(1).max(1_000),
}));
export type TerminalSize = Immutable<z.infer<typeof TerminalSize>>;

/** Why a session is over: `left` is this side's own end. */
export const SessionEnd = lazyObject(() => ({
  reason: z.enum(['exited', 'idle', 'lost', 'refused', 'left']),
  sentence: z.string(),
  /** Only of a command that is not interactive: the protocol tells none for a shell. */
  exitCode: z.int().optional(),
}));
export type SessionEnd = Immutable<z.infer<typeof SessionEnd>>;

export const ShellEvent = z.discriminatedUnion('kind', [
  lazyObject(() => ({ kind: z.literal('opened'), session: SessionId, container: z.string(), at: Instant })),
  /** At most 64 KiB of what the terminal shows, as base64. */
  lazyObject(() => ({ kind: z.literal('output'), data: z.string() })),
  lazyObject(() => ({ kind: z.literal('reconnecting') })),
  lazyObject(() => ({ kind: z.literal('reconnected') })),
]);
export type ShellEvent = Immutable<z.infer<typeof ShellEvent>>;

export const ForwardEvent = z.discriminatedUnion('kind', [
  lazyObject(() => ({ kind: z.literal('listening'), localPort: z.int() })),
  lazyObject(() => ({ kind: z.literal('connections'), open: z.int(), total: z.int() })),
  /** Nothing listens at the port in the container. */
  lazyObject(() => ({ kind: z.literal('refused'), sentence: z.string() })),
  lazyObject(() => ({ kind: z.literal('reconnecting') })),
  lazyObject(() => ({ kind: z.literal('reconnected') })),
]);
export type ForwardEvent = Immutable<z.infer<typeof ForwardEvent>>;

/** A container of a task, as far as sessions need it. */
const ExecContainer = lazyObject(() => ({
  name: z.string(),
  /** Of its port mappings, TCP only. */
  ports: z.array(z.int()),
  /** Whether its ECS Exec agent is connected. */
  isConnected: z.boolean(),
}));

/** Whether ECS Exec can reach a task, and what is missing. */
export const ExecReadiness = lazyObject(() => ({
  service: z.string().optional(),
  containers: z.array(ExecContainer),
  checks: z.array(Check),
  /** No check failed, but for those that AWS may decide otherwise. */
  isPossible: z.boolean(),
  /** New tasks of the service get ECS Exec once it is turned on for the service. */
  canTurnOn: z.boolean(),
}));
export type ExecReadiness = Immutable<z.infer<typeof ExecReadiness>>;
