import { z } from 'zod';
import { AccountId, Environment, Instant, Region } from './account.ts';
import { listUpTo } from './bounded.ts';
import { ClusterName, ClusterRef } from './cluster.ts';
import { DeploymentOutcome } from './deployment.ts';
import { FleetPlan, StopCondition, WaveRequest } from './fleet.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { PlanKind } from './plan.ts';
import { ServiceName } from './service.ts';

/** A column of the matrix: a cluster, and what its rules call it. */
export const TimelineEnvironment = lazyObject(() => ({
  ...ClusterRef.shape,
  accountName: z.string(),
  environment: Environment,
  /** When its services were read from ECS last. */
  readAt: Instant,
  /** Why it, or some of its services, could not be read the last time. */
  problem: z.string().optional(),
}));
export type TimelineEnvironment = Immutable<z.infer<typeof TimelineEnvironment>>;

/** What a service runs, by the image of its main container. */
export const RunningVersion = lazyObject(() => ({
  /** The tag, or the short digest of an image that has none. Missing where the images of the revision are unknown. */
  version: z.string().optional(),
  digest: z.string().optional(),
  /** Family and number. */
  revision: z.string(),
}));
export type RunningVersion = Immutable<z.infer<typeof RunningVersion>>;

/**
 * How far a version is behind the newest of its row. `counted`: by the commits of a clone. `uncounted`: why it
 * can't be counted, in a sentence.
 */
export const CommitsBehind = z.discriminatedUnion('kind', [
  lazyObject(() => ({ kind: z.literal('newest') })),
  lazyObject(() => ({
    kind: z.literal('counted'),
    behind: z.number().int(),
    /** Commits that it has and the newest one lacks. */
    ahead: z.number().int(),
  })),
  lazyObject(() => ({
    kind: z.literal('uncounted'),
    reason: z.string(),
    /** The source repository whose clone would tell, for images.setClone. */
    cloneOf: z.string().optional(),
  })),
]);
export type CommitsBehind = Immutable<z.infer<typeof CommitsBehind>>;

/**
 * A service in an environment at a moment. `runs`: known. `unsure`: the last that is recorded, with what is missing in
 * `note`. `unknown`: no record tells, and why. `absent`: the service did not exist.
 */
export const MatrixCell = lazyObject(() => ({
  /** The index of its environment. */
  environment: z.number().int(),
  /** Its name there. */
  service: ServiceName,
  state: z.enum(['runs', 'unsure', 'unknown', 'absent']),
  running: RunningVersion.optional(),
  /** When the deployment of it ended. */
  since: Instant.optional(),
  /** A deployment that was in progress at the moment. */
  deploying: RunningVersion.optional(),
  commits: CommitsBehind.optional(),
  note: z.string().optional(),
}));
export type MatrixCell = Immutable<z.infer<typeof MatrixCell>>;

/**
 * What a cell is on its way to: the version, or the revision where the version stays. Undefined where nothing is deployed, and
 * where it is the revision that runs, such as one that only waits for its tasks to become steady.
 */
export function nextVersionOf({ running, deploying }: MatrixCell): string | undefined {
  if (deploying === undefined || deploying.revision === running?.revision) return undefined;
  return deploying.version === running?.version
    ? deploying.revision
    : (deploying.version ?? deploying.revision);
}

/** What services run, or ran, by environment. A row has no cell for an environment without the service. */
export const Matrix = lazyObject(() => ({
  /** The moment; missing for now. */
  at: Instant.optional(),
  environments: z.array(TimelineEnvironment),
  rows: z.array(z.object({ name: z.string(), cells: z.array(MatrixCell) })),
}));
export type Matrix = Immutable<z.infer<typeof Matrix>>;

/** Which changes, or which environments. What is missing leaves nothing out. */
export const TimelineFilter = lazyStrictObject(() => ({
  account: AccountId.optional(),
  region: Region.optional(),
  cluster: ClusterName.optional(),
  service: ServiceName.optional(),
}));
export type TimelineFilter = Immutable<z.infer<typeof TimelineFilter>>;

/** Changes from a moment on, until another one or until now. */
export const ChangesWanted = lazyStrictObject(() => ({
  ...TimelineFilter.shape,
  since: Instant,
  until: Instant.optional(),
}));
export type ChangesWanted = Immutable<z.infer<typeof ChangesWanted>>;

/** At most so many changes are listed. */
export const MOST_CHANGES = 1_000;

/** A change of a service: of the journal, or a service deployment of ECS, or both as one. */
export const TimelineChange = lazyObject(() => ({
  /** The id of the journal's entry, or the ARN of the service deployment. */
  id: z.string(),
  ...ClusterRef.shape,
  environment: Environment,
  service: ServiceName,
  kind: PlanKind,
  title: z.string(),
  startedAt: Instant,
  endedAt: Instant.optional(),
  outcome: DeploymentOutcome.optional(),
  from: RunningVersion.optional(),
  to: RunningVersion.optional(),
  /** Whether the images differ; missing where they are unknown. */
  isOtherImage: z.boolean().optional(),
  callerIdentity: z.string().optional(),
  why: z.string().optional(),
  link: z.string().optional(),
  deploymentArn: z.string().optional(),
  /** Whether no entry of the journal is about it. */
  isOutsideSlipway: z.boolean(),
}));
export type TimelineChange = Immutable<z.infer<typeof TimelineChange>>;

export const TimelineChanges = lazyObject(() => ({
  /** Newest first. */
  changes: z.array(TimelineChange),
  /** Whether there are more than are listed. */
  isCut: z.boolean(),
  environments: z.array(TimelineEnvironment),
}));
export type TimelineChanges = Immutable<z.infer<typeof TimelineChanges>>;

/** What an environment should run: what another one, or itself, ran at a moment. */
export const RestoreWanted = lazyStrictObject(() => ({
  ...StopCondition.shape,
  from: ClusterRef,
  at: Instant,
  to: ClusterRef,
  /** Only these services of `to`. */
  services: listUpTo(500, ServiceName).optional(),
  waves: WaveRequest,
}));
export type RestoreWanted = Immutable<z.infer<typeof RestoreWanted>>;

/** A service of both environments. `not-possible` says why in `reason`. */
export const RestoredService = lazyObject(() => ({
  service: ServiceName,
  /** Its name in the environment that is copied. */
  source: ServiceName,
  state: z.enum(['changes', 'same', 'not-possible']),
  running: RunningVersion.optional(),
  /** What the other environment ran. */
  wanted: RunningVersion.optional(),
  reason: z.string().optional(),
}));
export type RestoredService = Immutable<z.infer<typeof RestoredService>>;

export const RestorePlan = lazyObject(() => ({
  services: z.array(RestoredService),
  /** The plan of the services that change; missing where there is none. */
  plan: FleetPlan.optional(),
}));
export type RestorePlan = Immutable<z.infer<typeof RestorePlan>>;
