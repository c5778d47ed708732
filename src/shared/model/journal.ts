import { z } from 'zod';
import { AccountId, Instant, Region, Scope } from './account.ts';
import { textUpTo } from './bounded.ts';
import { DeploymentOutcome, Diagnosis, FailureGroup, LastLines } from './deployment.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { Check, PlanId, PlanKind, PlannedCall, ReleaseStep } from './plan.ts';
import { ServiceEvent } from './service.ts';

/** The evidence of a failure, read while it happened: ECS forgets stopped tasks within the hour. */
export const Evidence = lazyObject(() => ({
  failures: z.array(FailureGroup),
  events: z.array(ServiceEvent),
  diagnosis: Diagnosis.optional(),
  /** Of a one-off task that failed. */
  lastLines: LastLines.optional(),
}));
export type Evidence = Immutable<z.infer<typeof Evidence>>;

/**
 * `run`: a one-off task. `task`: a task was stopped, or protected from being stopped. `hold`, `cluster-hold`: a hold was put on a
 * service or a cluster, or ended. `withdrawal`: a plan that waited for a second person was withdrawn.
 */
export const JournalKind = z.enum([
  ...PlanKind.options,
  'register',
  'cleanup',
  'push',
  'fleet',
  'run',
  'task',
  'session',
  'hold',
  'cluster-hold',
  'withdrawal',
]);
export type JournalKind = z.infer<typeof JournalKind>;

/**
 * `open`: started, not known to be over. `unfinished`: it stopped before UpdateService and left a registered revision
 * behind; releases.resume continues, releases.discard deregisters it.
 */
export const JournalState = z.enum(['open', 'unfinished', 'done', 'failed', 'discarded']);
export type JournalState = z.infer<typeof JournalState>;

/** A change that was made or attempted through Slipway. */
export const JournalEntry = lazyObject(() => ({
  id: z.uuid(),
  at: Instant,
  ...Scope.shape,
  cluster: z.string().optional(),
  /** The service, the cluster for a hold of it, the family for a registration or a clean-up, or the repository for a bulk release. */
  subject: z.string(),
  kind: JournalKind,
  title: z.string(),
  /** Its plan. */
  plan: PlanId.optional(),
  why: z.string().optional(),
  /** A ticket or a pull request. */
  link: z.string().optional(),
  /** The git commit that was released. */
  commit: z.string().optional(),
  callerIdentity: z.string().optional(),
  /** Who approved the plan of an agent, and where: `mira in the window, for claude-code 2.1.0`. */
  approvedBy: z.string().optional(),
  /** Who planned what another person executed, and on which machine: `mira on laptop-7`. */
  plannedBy: z.string().optional(),
  /** The revision that the service ran when it was planned. */
  base: z.string().optional(),
  /** The calls that were planned; `steps` are those that were sent. */
  calls: z.array(PlannedCall),
  steps: z.array(ReleaseStep),
  /** Failed checks that were overridden. */
  overrides: z.array(Check).optional(),
  state: JournalState,
  outcome: DeploymentOutcome.optional(),
  taskDefinitionArn: z.string().optional(),
  deploymentArn: z.string().optional(),
  /** How it ended, in one sentence. */
  sentence: z.string().optional(),
  /** When its end was recorded. */
  settledAt: Instant.optional(),
  evidence: Evidence.optional(),
  /** The machine or pipeline that made it, where it came from a ledger. */
  host: z.string().optional(),
}));
export type JournalEntry = Immutable<z.infer<typeof JournalEntry>>;

/** A search. Omitted fields match everything. */
export const JournalSearch = lazyStrictObject(() => ({
  account: AccountId.optional(),
  region: Region.optional(),
  cluster: textUpTo(255).optional(),
  subject: textUpTo(500).optional(),
  kind: JournalKind.optional(),
  state: JournalState.optional(),
  outcome: DeploymentOutcome.optional(),
  /** Each word must occur in the change: title, reason, person, place, sentence, revision, deployment. */
  text: textUpTo(200).optional(),
  since: Instant.optional(),
  until: Instant.optional(),
}));
export type JournalSearch = Immutable<z.infer<typeof JournalSearch>>;

/** Some of the changes, newest first. */
export const JournalPage = lazyObject(() => ({
  entries: z.array(JournalEntry),
  /** The id of the last entry, when there are older ones: what `before` of the next page is. */
  next: z.uuid().optional(),
  /** Set when an unreadable journal was renamed and a new one was started. */
  problem: z.string().optional(),
}));
export type JournalPage = Immutable<z.infer<typeof JournalPage>>;
