import { z } from 'zod';
import { Instant, Scope } from './account.ts';
import { LONGEST_ARN, textUpTo } from './bounded.ts';
import { RevisionChange } from './change.ts';
import { ContainerImage } from './image.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { RevisionArn } from './revision.ts';
import { ServiceEvent } from './service.ts';
import { TaskState } from './task.ts';

/** The ARN of a service deployment; where task sets are what is deployed, that of a task set. */
const DeploymentArn = textUpTo(LONGEST_ARN).regex(
  /^arn:[^\s:]+:[^\s:]*:[^\s:]*:[^\s:]*:(?:service-deployment|task-set)\/\S+$/,
  'is not the ARN of a service deployment or a task set',
);

export const DeploymentRef = lazyStrictObject(() => ({ ...Scope.shape, deployment: DeploymentArn }));
export type DeploymentRef = Immutable<z.infer<typeof DeploymentRef>>;

/**
 * The outcome of it. Only ECS's SUCCESSFUL is `succeeded`. A status that Slipway does not know is `unknown`, and shown
 * as it is.
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

export const Deployment = lazyObject(() => ({
  arn: z.string(),
  id: z.string(),
  /** ECS's status, such as ROLLBACK_SUCCESSFUL. */
  status: z.string(),
  outcome: DeploymentOutcome,
  statusReason: z.string().optional(),
  stage: z.string().optional(),
  createdAt: Instant.optional(),
  startedAt: Instant.optional(),
  finishedAt: Instant.optional(),
  durationMs: z.number().optional(),
  /** Family and number of the revision that it deploys. */
  revision: z.string().optional(),
  taskDefinitionArn: z.string().optional(),
  serviceRevisionArn: z.string().optional(),
  images: z.array(ContainerImage),
  /** Family and number of the previous revision. */
  previousRevision: z.string().optional(),
  /** What a rollback rolls back to by default: the newest success that differs from what runs now. */
  isRollbackTarget: z.boolean(),
  /** True for a deployment that Slipway started to roll back. */
  isRollback: z.boolean().optional(),
  why: z.string().optional(),
  callerIdentity: z.string().optional(),
}));
export type Deployment = Immutable<z.infer<typeof Deployment>>;

export const TaskCell = lazyObject(() => ({ taskId: z.string(), state: TaskState, label: z.string() }));
export type TaskCell = Immutable<z.infer<typeof TaskCell>>;

/** One row of task cells: the new revision or the old one. */
export const RolloutTaskGroup = lazyObject(() => ({
  revision: z.string(),
  role: z.enum(['old', 'new']),
  cells: z.array(TaskCell),
  summary: z.string(),
}));
export type RolloutTaskGroup = Immutable<z.infer<typeof RolloutTaskGroup>>;

/**
 * Why the tasks of a deployment fail, or why it was rolled back, as far as AWS says. `other`: another reason, shown in
 * AWS's words.
 */
export const FailureKind = z.enum([
  'image-not-found',
  'pull-not-permitted',
  'registry-unreachable',
  'pull-failed',
  'wrong-architecture',
  'out-of-memory',
  'crashed',
  'container-health',
  'load-balancer-health',
  'no-capacity',
  'deployment-stuck',
  'secret-missing',
  'log-group-missing',
  'role-missing',
  'port-in-use',
  'stopped-by-hand',
  'spot-interruption',
  'instance-lost',
  'alarm',
  'hook',
  'stopped',
  'other',
]);
export type FailureKind = z.infer<typeof FailureKind>;

/** Tasks that stopped for the same reason. */
export const FailureGroup = lazyObject(() => ({
  kind: FailureKind.optional(),
  cause: z.string(),
  container: z.string().optional(),
  exitCode: z.number().int().optional(),
  times: z.number().int(),
  firstAt: Instant.optional(),
  lastAt: Instant.optional(),
  /** The shortest and the longest time from start to stop, of the tasks that had started. */
  livedMs: z.object({ least: z.number(), most: z.number() }).optional(),
  /** AWS's message about the newest of them. */
  reason: z.string().optional(),
  /** The newest of them. */
  taskId: z.string().optional(),
  /** The exceeded limit in MiB, if memory is the cause. */
  memoryMiB: z.number().int().optional(),
}));
export type FailureGroup = Immutable<z.infer<typeof FailureGroup>>;

export const LogLine = lazyObject(() => ({ at: Instant.optional(), text: z.string() }));
export type LogLine = Immutable<z.infer<typeof LogLine>>;

/** The last log lines of a failed container. */
export const LastLines = lazyObject(() => ({
  container: z.string(),
  taskId: z.string(),
  logGroup: z.string(),
  logStream: z.string(),
  /** The whole stream in the AWS console. */
  consoleUrl: z.string().optional(),
  lines: z.array(LogLine),
}));
export type LastLines = Immutable<z.infer<typeof LastLines>>;

/** A target of the service's target groups that its load balancer does not send requests to, and why. */
export const UnhealthyTarget = lazyObject(() => ({
  targetGroup: z.string(),
  target: z.string(),
  /** Elastic Load Balancing's status, such as `unhealthy`. */
  state: z.string(),
  reason: z.string().optional(),
}));
export type UnhealthyTarget = Immutable<z.infer<typeof UnhealthyTarget>>;

/** One event of the failure timeline: a stage, failed tasks, the rollback. */
export const FailureTimelineEntry = lazyObject(() => ({
  words: z.string(),
  state: z.enum(['passed', 'failed', 'back']),
  at: Instant.optional(),
}));
export type FailureTimelineEntry = Immutable<z.infer<typeof FailureTimelineEntry>>;

/** The sizes that give more memory to a container that ran out of it: the input of releases.plan. */
export const MoreMemory = lazyObject(() => ({
  /** The ARN of the revision that failed. */
  from: RevisionArn,
  container: z.string().optional(),
  /** The limit of the container now, and after the change. */
  beforeMiB: z.number().int(),
  afterMiB: z.number().int(),
  change: RevisionChange.pick({ cpu: true, memory: true, containers: true }),
}));
export type MoreMemory = Immutable<z.infer<typeof MoreMemory>>;

/** Why a deployment fails or failed, with the evidence. Kept in the journal, because ECS forgets it. */
export const Diagnosis = lazyObject(() => ({
  kind: FailureKind,
  /** One sentence that names the cause and the outcome of the deployment. */
  sentence: z.string(),
  /** The next steps, in one practical sentence. */
  help: z.string(),
  /** Where memory is the cause. */
  moreMemory: MoreMemory.optional(),
  failureTimeline: z.array(FailureTimelineEntry),
  stoppedTasks: z.array(FailureGroup),
  lastLines: LastLines.optional(),
  targets: z.array(UnhealthyTarget),
  alarms: z.array(z.string()),
  events: z.array(ServiceEvent),
  /** Evidence that could not be read, as sentences. */
  gaps: z.array(z.string()),
}));
export type Diagnosis = Immutable<z.infer<typeof Diagnosis>>;

/** The share of the traffic of each revision, in percent. */
export const TrafficShare = lazyObject(() => ({
  role: z.enum(['old', 'new']),
  revision: z.string(),
  production: z.number(),
  test: z.number(),
}));
export type TrafficShare = Immutable<z.infer<typeof TrafficShare>>;

/** A stage of the deployment. The name is ECS's own, such as BAKE_TIME. */
export const Stage = lazyObject(() => ({
  name: z.string(),
  /** When it started, as far as Slipway saw it. */
  since: Instant.optional(),
  /** When its bake time has ended. */
  until: Instant.optional(),
}));
export type Stage = Immutable<z.infer<typeof Stage>>;

/** An alarm that ECS watches for the deployment. The state is CloudWatch's, such as ALARM. */
export const DeploymentAlarm = lazyObject(() => ({
  name: z.string(),
  state: z.string(),
  triggered: z.boolean(),
}));
export type DeploymentAlarm = Immutable<z.infer<typeof DeploymentAlarm>>;

/** A lifecycle hook that has started. */
export const LifecycleHook = lazyObject(() => ({
  id: z.string(),
  /** PAUSE or AWS_LAMBDA. */
  target: z.string(),
  functionName: z.string().optional(),
  /** ECS's status, such as AWAITING_ACTION. */
  status: z.string(),
  /** Whether a person can answer it now with releases.continueHook. */
  waits: z.boolean(),
  expiresAt: Instant.optional(),
  /** What ECS does when nobody answers: CONTINUE or ROLLBACK. */
  atExpiry: z.string().optional(),
}));
export type LifecycleHook = Immutable<z.infer<typeof LifecycleHook>>;

/** A task set of a service with the EXTERNAL or CODE_DEPLOY controller. */
export const TaskSet = lazyObject(() => ({
  id: z.string(),
  /** ECS's status, such as PRIMARY. */
  status: z.string(),
  revision: z.string(),
  scalePercent: z.number(),
  desired: z.number().int(),
  running: z.number().int(),
  pending: z.number().int(),
  stability: z.string(),
}));
export type TaskSet = Immutable<z.infer<typeof TaskSet>>;

/** A deployment at one moment, as the rollout view shows it. */
export const Rollout = lazyObject(() => ({
  deployment: Deployment,
  taskGroups: z.array(RolloutTaskGroup),
  circuitBreaker: z
    .object({ status: z.string(), failures: z.number().int(), threshold: z.number().int() })
    .optional(),
  failures: z.array(FailureGroup),
  events: z.array(ServiceEvent),
  /** Its state as a sentence, or how it ended and why. */
  sentence: z.string(),
  /** Why this is the last state that could be read, in a sentence; the watch goes on. */
  notUpToDate: z.object({ reason: z.string(), isUnreachable: z.boolean() }).optional(),
  /** Milliseconds, from this service's past successes; missing where there is none. */
  estimatedMsLeft: z.number().optional(),
  /** ROLLING, BLUE_GREEN, LINEAR or CANARY; another word is shown as it is. */
  strategy: z.string().optional(),
  stage: Stage.optional(),
  /** Missing where no traffic is shifted. */
  traffic: z.array(TrafficShare).optional(),
  alarms: z.array(DeploymentAlarm).optional(),
  hooks: z.array(LifecycleHook).optional(),
  /** Missing while nothing has failed. */
  diagnosis: Diagnosis.optional(),
  /** It takes longer than the watcher's limit. Says nothing about the outcome. */
  warning: z.string().optional(),
}));
export type Rollout = Immutable<z.infer<typeof Rollout>>;
