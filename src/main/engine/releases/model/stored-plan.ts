import { z } from 'zod';
import { SlipwayError } from '../../../../shared/errors.ts';
import { Change, RevisionChange, ServiceSettings } from '../../../../shared/model/change.ts';
import { ExpressSettings, ScalingChange } from '../../../../shared/model/express.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import { lazyObject } from '../../../../shared/model/lazy-objects.ts';
import { PlanId, PlanKind, PlannedCall } from '../../../../shared/model/plan.ts';
import { ServiceRef } from '../../../../shared/model/service.ts';
import type { Journal } from '../../journal/journal.ts';
import { withNewNames } from '../../journal/new-names.ts';

/** For a service whose deployments are task sets: the one that becomes the primary one. ARNs. */
const TaskSetMove = lazyObject(() => ({
  /** A set that already exists and is made primary again; without it one is created. */
  existing: z.string().optional(),
  /** The set whose network, load balancers and capacity the new one takes over. */
  like: z.string(),
  /** Its share of the service's desired count. */
  scalePercent: z.number(),
  /** What goes once the other one is the primary one. */
  replaces: z.array(z.string()).min(1),
}));
export type TaskSetMove = Immutable<z.infer<typeof TaskSetMove>>;

/**
 * What a plan will do, in full. It holds no content of a task definition, whose environment may hold secrets: a
 * revision never changes, so the new one is made from it again. Of variables it holds those that the change sets.
 */
export const PlannedAction = z.discriminatedUnion('kind', [
  lazyObject(() => ({
    kind: z.literal('update'),
    /** Registers the content of a revision again, with this changed, and deploys that. */
    register: z.object({ from: z.string(), ...RevisionChange.shape }).optional(),
    /** Deploys a revision that exists. */
    taskDefinition: z.string().optional(),
    desiredCount: z.number().int().optional(),
    forceNewDeployment: z.boolean().optional(),
    /** Settings of the service that differ from what it has. */
    settings: ServiceSettings.optional(),
    /** Takes these fields of a service revision back, as it has them. */
    restore: z.object({ from: z.string(), members: z.array(z.string()).min(1) }).optional(),
    /** Of an Express service; becomes a part of `express`. */
    scaling: ScalingChange.optional(),
    /** Of an Express service, of an earlier release; becomes a part of `express`. */
    healthCheckPath: z.string().optional(),
    /** Instead of UpdateService: UpdateExpressGatewayService, which is the only way to change an Express service. */
    express: z
      .object({
        serviceArn: z.string(),
        /** Where ECS manages the task definition: the content of a revision, with this changed. */
        configuration: z.object({ from: z.string(), ...RevisionChange.shape }).optional(),
        ...ExpressSettings.shape,
      })
      .optional(),
    /** Runs to its end, with the revision that is deployed, before the service is changed. */
    before: z.object({ container: z.string(), command: z.array(z.string()) }).optional(),
    /** Instead of UpdateService, where another than ECS decides on the task sets of a service. */
    taskSet: TaskSetMove.optional(),
  })),
  /** The ARN of a service deployment, or of a task set that has not become the primary one. */
  lazyObject(() => ({ kind: z.literal('stop'), deploymentArn: z.string() })),
]);
export type PlannedAction = Immutable<z.infer<typeof PlannedAction>>;
export type UpdateAction = Extract<PlannedAction, { kind: 'update' }>;

/** What was asked for, so that another machine makes the same plan again. */
export const PlanIntent = z.discriminatedUnion('kind', [
  lazyObject(() => ({ kind: z.literal('change'), change: Change })),
  lazyObject(() => ({ kind: z.literal('rollback'), to: z.string().optional() })),
  lazyObject(() => ({ kind: z.literal('revision'), revision: z.string() })),
]);
export type PlanIntent = Immutable<z.infer<typeof PlanIntent>>;

/** What two machines compare of a plan: all that decides what is sent. Texts, without values of variables. */
export const PlanParts = lazyObject(() => ({
  /** The revision that the service runs. */
  base: z.string(),
  /** The deployment that the plan was made on. */
  deployment: z.string(),
  images: z.array(z.object({ container: z.string(), image: z.string(), digest: z.string().optional() })),
  /** The action as JSON. */
  action: z.string(),
  calls: z.array(PlannedCall),
  title: z.string(),
}));
export type PlanParts = Immutable<z.infer<typeof PlanParts>>;

/** A plan that another person made, as it came through the ledger. */
export const ReopenedPlan = lazyObject(() => ({
  id: PlanId,
  plannedBy: z.string(),
  host: z.string(),
  hash: z.string(),
  why: z.string().optional(),
  link: z.string().optional(),
  commit: z.string().optional(),
}));
export type ReopenedPlan = Immutable<z.infer<typeof ReopenedPlan>>;

/** A release plan as the journal keeps it between the plan and its execution, for any process of this machine. */
export const StoredPlan = withNewNames(
  { basis: 'base' },
  {
    use: z.literal('release'),
    id: PlanId,
    kind: PlanKind,
    service: ServiceRef,
    title: z.string(),
    action: PlannedAction,
    base: lazyObject(() => ({
      taskDefinitionArn: z.string(),
      /** The id of the service's PRIMARY deployment: a new one for each deployment, whoever starts it. */
      primaryId: z.string(),
      /** What the service had of the fields that the plan changes. */
      members: z.record(z.string(), z.unknown()).optional(),
      /** The ids of all task sets, where they are what is deployed. */
      taskSets: z.array(z.string()).optional(),
    })),
    /** For the journal: what is sent follows from the action. */
    calls: z.array(PlannedCall).default([]),
    confirmation: z.string().optional(),
    needsReason: z.boolean().optional(),
    ticket: z.string().optional(),
    /** Where a rule wants a second person: what is shared. */
    sharing: lazyObject(() => ({ intent: PlanIntent, parts: PlanParts })).optional(),
    /** What it is made again from. */
    reopened: ReopenedPlan.optional(),
  },
);
export type StoredPlan = Immutable<z.infer<typeof StoredPlan>>;

/** The plan by its id. Throws NOT_FOUND when it has expired, INVALID_INPUT when it is a plan of something else. */
export function loadPlan(journal: Journal, id: string): { plan: StoredPlan; claimedAt: string | undefined } {
  const found = journal.plans.find(id);
  if (found === undefined) {
    throw new SlipwayError(
      'NOT_FOUND',
      'This plan has expired: plans are kept for one day. Create a new plan.',
    );
  }
  const plan = StoredPlan.safeParse(found.content);
  if (!plan.success)
    throw new SlipwayError('INVALID_INPUT', "This plan isn't a release plan. Create a new plan.");
  return { plan: plan.data, claimedAt: found.claimedAt };
}

/** Whether carrying an action out would make any difference. */
export function isChange(action: PlannedAction): boolean {
  if (action.kind === 'stop' || startsDeployment(action)) return true;
  return action.desiredCount !== undefined || action.settings !== undefined;
}

/**
 * Whether ECS starts a deployment for it. The number of tasks, the deployment configuration, the grace period and
 * ECS Exec start none; the platform version does, and so does every update of an Express service.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
 */
export function startsDeployment(action: PlannedAction): boolean {
  if (action.kind === 'stop') return false;
  const { register, taskDefinition, forceNewDeployment, settings, restore, taskSet, express } = action;
  return (
    taskSet !== undefined ||
    express !== undefined ||
    register !== undefined ||
    taskDefinition !== undefined ||
    restore !== undefined ||
    forceNewDeployment === true ||
    settings?.platformVersion !== undefined
  );
}
