import { z } from 'zod';
import { Environment, Instant, Scope } from './account.ts';
import { listUpTo, textUpTo } from './bounded.ts';
import { ClusterName } from './cluster.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { Plan, PlanId } from './plan.ts';
import { ServiceName } from './service.ts';

/** A service that runs an image of a repository, with its containers that do. */
export const FleetCandidate = lazyObject(() => ({
  cluster: ClusterName,
  service: ServiceName,
  environment: Environment,
  desired: z.number().int(),
  containers: z.array(
    z.object({
      name: z.string(),
      /** As the task definition writes it. */
      image: z.string(),
      tag: z.string().optional(),
    }),
  ),
}));
export type FleetCandidate = Immutable<z.infer<typeof FleetCandidate>>;

/** What the search for candidates sends: those that were found since the last event, and how far it is. */
export const FleetCandidatesEvent = lazyObject(() => ({
  found: z.array(FleetCandidate),
  /** Services that are read, of those that are listed by now. */
  done: z.number().int(),
  /** Grows until all clusters are listed. */
  total: z.number().int(),
  clusters: z.object({
    /** Clusters whose services are all listed. */
    listed: z.number().int(),
    total: z.number().int(),
  }),
}));
export type FleetCandidatesEvent = Immutable<z.infer<typeof FleetCandidatesEvent>>;

/** A service of a fleet, and its containers that get the image. */
export const FleetMember = lazyStrictObject(() => ({
  cluster: ClusterName,
  service: ServiceName,
  containers: listUpTo(10, textUpTo(255).min(1)).min(1),
}));
export type FleetMember = Immutable<z.infer<typeof FleetMember>>;

/**
 * How services are divided into waves: by a size, optionally with another size for the first wave; or by lists of
 * `cluster/service` that contain each service once.
 */
export const WaveRequest = z.union([
  lazyStrictObject(() => ({
    size: z.number().int().min(1).max(500),
    first: z.number().int().min(1).max(500).optional(),
  })),
  lazyStrictObject(() => ({ lists: listUpTo(500, listUpTo(500, textUpTo(511)).min(1)).min(1) })),
]);
export type WaveRequest = Immutable<z.infer<typeof WaveRequest>>;

/** After which waves a fleet waits until it is resumed. */
export const WavePause = z.enum(['never', 'after-first', 'after-each']);
export type WavePause = z.infer<typeof WavePause>;

/** The behaviour between waves. */
export const WaveRules = lazyObject(() => ({
  /** The number of failed services at which no further wave starts. With 1, each wave must succeed completely. */
  stopAfterFailures: z.number().int().min(1).max(500),
  /** What happens to updated services when it stops by itself. */
  rollBackOnStop: z.boolean(),
  pause: WavePause.default('never'),
}));
export type WaveRules = Immutable<z.infer<typeof WaveRules>>;

/** The same as requested: a number of services, or a share, rounded up. */
export const StopCondition = lazyStrictObject(() => ({
  ...WaveRules.omit({ stopAfterFailures: true }).shape,
  stopAfter: z.union([
    z.strictObject({ failures: z.number().int().min(1).max(500) }),
    z.strictObject({ percent: z.number().int().min(1).max(100) }),
  ]),
}));
export type StopCondition = Immutable<z.infer<typeof StopCondition>>;

/** The overridden checks of a service, as named by overrideOf. */
export const FleetOverride = lazyStrictObject(() => ({
  cluster: ClusterName,
  service: ServiceName,
  checks: listUpTo(100, textUpTo(300)).min(1),
}));
export type FleetOverride = Immutable<z.infer<typeof FleetOverride>>;

/** A service of a fleet plan: its own plan, or the reason why there is none. */
export const PlannedMember = lazyObject(() => ({
  ...FleetMember.shape,
  plan: Plan.optional(),
  problem: z.string().optional(),
}));
export type PlannedMember = Immutable<z.infer<typeof PlannedMember>>;

/** Images for several services, in waves: a plan made of the plans of its services. */
export const FleetPlan = lazyObject(() => ({
  id: PlanId,
  ...Scope.shape,
  ...WaveRules.shape,
  createdAt: Instant,
  title: z.string(),
  /** Missing where each service gets images of its own. */
  image: z.string().optional(),
  waves: z.array(z.array(PlannedMember)),
  /** False when a service has no plan, or a failed check; fleet.execute takes overrides. */
  canExecute: z.boolean(),
  /** Set when this text must be typed once, because a service is in production. */
  confirmation: z.string().optional(),
  /** Set when a rule asks for the reason of a release to one of the services. */
  needsReason: z.boolean().optional(),
}));
export type FleetPlan = Immutable<z.infer<typeof FleetPlan>>;

/**
 * `planned`: nothing has started. `waiting`: for its wave. `stale`: it was changed by somebody else, so that it was
 * left alone. `held-back`: the fleet stopped before its wave. `failed`: it did not make it, whether or not ECS went
 * back by itself. `rolled-back`: this fleet took it back.
 */
export const FleetRowState = z.enum([
  'planned',
  'waiting',
  'deploying',
  'succeeded',
  'failed',
  'stale',
  'rolling-back',
  'rolled-back',
  'held-back',
]);
export type FleetRowState = z.infer<typeof FleetRowState>;

export const FleetRow = lazyObject(() => ({
  cluster: ClusterName,
  service: ServiceName,
  state: FleetRowState,
  /** Its state, or its result. */
  sentence: z.string(),
  /** Of the release to this service. */
  deploymentArn: z.string().optional(),
}));
export type FleetRow = Immutable<z.infer<typeof FleetRow>>;

/**
 * `paused`: it waits between two waves for a person. `interrupted`: Slipway quit before this finished. What had been
 * sent is followed to its end; nothing more starts before a person continues with it, stops it or rolls it back.
 */
export const FleetState = z.enum(['planned', 'running', 'paused', 'stopping', 'ended', 'interrupted']);
export type FleetState = z.infer<typeof FleetState>;

/** The state of a fleet. */
export const FleetBoard = lazyObject(() => ({
  id: PlanId,
  ...Scope.shape,
  ...WaveRules.shape,
  title: z.string(),
  state: FleetState,
  sentence: z.string(),
  waves: z.array(z.array(FleetRow)),
}));
export type FleetBoard = Immutable<z.infer<typeof FleetBoard>>;
