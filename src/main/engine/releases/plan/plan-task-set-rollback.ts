import { SlipwayError } from '../../../../shared/errors.ts';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { Plan } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { revisionNameOf, serviceLabel } from '../../aws/arns.ts';
import { registrationInput } from '../../ecs/registration.ts';
import { comingSetsOf, otherSetsOf, primarySetOf, type ServiceTaskSet } from '../../ecs/service-task-sets.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { type DeployableService, readRevision } from '../model/service-reading.ts';
import type { ReopenedPlan, UpdateAction } from '../model/stored-plan.ts';
import { progressOf } from '../task-sets/release-progress.ts';
import { composePlan } from './compose-plan.ts';

interface Rollback {
  readonly ref: ServiceRef;
  readonly service: DeployableService;
  /** The past of the service, newest first. */
  readonly deployments: readonly Deployment[];
  /** The ARN of the task set of the release to roll back to; the default when it is left out. */
  readonly to: string | undefined;
  readonly reopened: ReopenedPlan | undefined;
}

/** The rollback, in the order of preference: what is there is quicker than what has to be created. */
type Way =
  | { readonly kind: 'delete the new set'; readonly set: ServiceTaskSet }
  | { readonly kind: 'reuse a set'; readonly set: ServiceTaskSet }
  | { readonly kind: 'create a set'; readonly taskDefinition: string };

/**
 * A plan for going back where task sets are what is deployed. A set that has not become the primary one is deleted; an
 * older set that still exists becomes the primary one again; otherwise a new set runs the older revision, whose content
 * is registered again when it is INACTIVE. Throws NOT_FOUND when there is nothing to roll back to.
 */
export async function planTaskSetRollback(
  dependencies: ReleaseDependencies,
  rollback: Rollback,
  signal: AbortSignal,
): Promise<Plan> {
  const { ref, service, to, reopened } = rollback;
  const ecs = dependencies.aws.ecs(ref, 'clicked');
  const way = wayBack(dependencies, rollback);
  const goal = way.kind === 'create a set' ? way.taskDefinition : goalOf(service, way);
  const [current, revision] = await Promise.all([
    readRevision(ecs, service.taskDefinition, signal),
    readRevision(ecs, goal, signal),
  ]);
  const draft = {
    ref,
    service,
    current,
    revision,
    content: registrationInput(revision),
    moreChecks: [],
    intent: { kind: 'rollback', ...(to === undefined ? {} : { to }) } as const,
    reopened,
  };
  if (way.kind === 'delete the new set') {
    const title = `Delete the task set of ${nameOf(way.set)} and keep ${revisionNameOf(goal)}`;
    const action = { kind: 'stop', deploymentArn: way.set.taskSetArn } as const;
    return composePlan(dependencies, { ...draft, kind: 'stop', title, action }, signal);
  }
  const isActive = revision.taskDefinition.status === 'ACTIVE';
  const action = way.kind === 'create a set' ? newSet(goal, isActive) : olderSet(service, way.set);
  const title = `Roll ${ref.service} back to ${revisionNameOf(goal)}`;
  return composePlan(dependencies, { ...draft, kind: 'rollback', title, action }, signal);
}

function wayBack({ journal }: ReleaseDependencies, { ref, service, deployments, to }: Rollback): Way {
  const primary = primarySetOf(service);
  const others = otherSetsOf(service);
  const [coming] = comingSetsOf(service);
  // A reused set is older than the primary one, but is being released.
  const inProgress =
    coming ??
    others.find(({ taskSetArn }) =>
      journal.entries.ofDeployment(taskSetArn).some(({ state }) => state === 'open'),
    );
  if (inProgress !== undefined && (to === undefined || to === primary?.taskSetArn)) {
    return { kind: 'delete the new set', set: inProgress };
  }
  const chosen = deployments.find((deployment) =>
    to === undefined ? deployment.isRollbackTarget : deployment.arn === to,
  );
  const replaced = primary === undefined ? undefined : progressOf(journal, primary.taskSetArn).replaces;
  const older = others.find(({ taskSetArn, taskDefinition }) =>
    to === undefined
      ? replaced === undefined || replaced.includes(taskSetArn)
      : taskSetArn === to || taskDefinition === chosen?.taskDefinitionArn,
  );
  if (older !== undefined) return { kind: 'reuse a set', set: older };
  if (chosen?.taskDefinitionArn === undefined) throw nothingToGoBackTo(ref);
  if (chosen.taskDefinitionArn === service.taskDefinition) throw runsAlready(ref, chosen);
  return { kind: 'create a set', taskDefinition: chosen.taskDefinitionArn };
}

/** The task definition that the service is on afterwards. */
function goalOf({ taskDefinition }: DeployableService, way: Exclude<Way, { kind: 'create a set' }>): string {
  return way.kind === 'reuse a set' ? (way.set.taskDefinition ?? taskDefinition) : taskDefinition;
}

function newSet(goal: string, isActive: boolean): UpdateAction {
  return isActive
    ? { kind: 'update', taskDefinition: goal }
    : { kind: 'update', register: { from: goal, images: [] } };
}

/** It gets the share that the primary set has now. */
function olderSet(service: DeployableService, set: ServiceTaskSet): UpdateAction {
  const primary = primarySetOf(service);
  const like = primary?.taskSetArn ?? set.taskSetArn;
  return {
    kind: 'update',
    ...(set.taskDefinition === undefined ? {} : { taskDefinition: set.taskDefinition }),
    taskSet: {
      existing: set.taskSetArn,
      like,
      scalePercent: Math.max(primary?.scale?.value ?? 0, 1),
      replaces: [like],
    },
  };
}

function nameOf({ taskDefinition, id }: ServiceTaskSet): string {
  return taskDefinition === undefined ? id : revisionNameOf(taskDefinition);
}

function nothingToGoBackTo(ref: ServiceRef): SlipwayError {
  return new SlipwayError(
    'NOT_FOUND',
    `There is nothing to roll back to: ${serviceLabel(ref)} has no older task set and no earlier release in the journal. Deploy a known good image instead.`,
  );
}

function runsAlready(ref: ServiceRef, { revision = 'it' }: Deployment): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    `${serviceLabel(ref)} already runs ${revision}. Choose an earlier release.`,
  );
}
