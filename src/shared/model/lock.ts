import { z } from 'zod';
import { Instant } from './account.ts';
import { textUpTo } from './bounded.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject } from './lazy-objects.ts';

/** Why a hold was made, as a person writes it. */
export const HoldReason = textUpTo(300).min(1);

/** A stop of all changes that a person has set: of a service, or of a whole cluster. */
export const Hold = lazyObject(() => ({
  why: z.string(),
  by: z.string().optional(),
  /** The machine or pipeline. */
  host: z.string(),
  since: Instant,
  /** Missing where a person has to end it. */
  until: Instant.optional(),
}));
export type Hold = Immutable<z.infer<typeof Hold>>;

/** Who has the lock of a service. */
export const LockHolder = lazyObject(() => ({
  /** The id of the release. */
  id: z.string(),
  by: z.string().optional(),
  host: z.string(),
  /** `Deploy web:42 to web`. */
  what: z.string(),
  since: z.string(),
  /** When it lapses unless it is renewed. */
  until: Instant,
}));
export type LockHolder = Immutable<z.infer<typeof LockHolder>>;

/** Somebody who waits for a lock. */
export const LockWaiter = lazyObject(() => ({
  id: z.string(),
  by: z.string().optional(),
  host: z.string(),
  since: z.string(),
}));
export type LockWaiter = Immutable<z.infer<typeof LockWaiter>>;

/** The lock of a service in the ledger. */
export const LockStatus = lazyObject(() => ({
  /** `none`: no ledger is set for the service. */
  ledger: z.enum(['none', 'read', 'unavailable']),
  /** Why it could not be read. */
  problem: z.string().optional(),
  holder: LockHolder.optional(),
  hold: Hold.optional(),
  /** That of its cluster. */
  clusterHold: Hold.optional(),
  waiting: z.array(LockWaiter),
}));
export type LockStatus = Immutable<z.infer<typeof LockStatus>>;
