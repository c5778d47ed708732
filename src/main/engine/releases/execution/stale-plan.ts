import type { ECSClient } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { revisionNameOf, serviceLabel } from '../../aws/arns.ts';
import { taskSetIds } from '../../ecs/service-task-sets.ts';
import { changedSince } from '../model/asked-settings.ts';
import { type DeployableService, primaryOf, readRevision, readService } from '../model/service-reading.ts';
import type { StoredPlan } from '../model/stored-plan.ts';

/**
 * Reads the service again and returns it if nobody has deployed since the plan was made. Throws STALE_PLAN with what
 * was changed, and by whom where ECS tells.
 */
export async function readUnchangedService(
  ecs: ECSClient,
  { service: ref, base }: StoredPlan,
  signal: AbortSignal,
): Promise<DeployableService> {
  const service = await readService(ecs, ref, signal);
  if (service.taskDefinition !== base.taskDefinitionArn)
    throw await otherRevision(ecs, ref, service, base, signal);
  const primary = primaryOf(service);
  if (primary.id === base.primaryId) {
    requireSameTaskSets(service, ref, base);
    requireSameMembers(service, ref, base);
    return service;
  }
  throw stale(
    `${serviceLabel(ref)} was deployed again${atTime(primary.createdAt)} after this plan was created, with the same revision ${revisionNameOf(service.taskDefinition)}.`,
    service,
  );
}

/** Settings and the number of tasks change without a deployment: what somebody else has set is not set back. */
function requireSameMembers(
  service: DeployableService,
  ref: ServiceRef,
  { members = {} }: StoredPlan['base'],
): void {
  const changed = changedSince(service, members);
  if (changed === undefined) return;
  throw stale(`In ${serviceLabel(ref)}, ${changed} since this plan was created.`, service);
}

/** A release with task sets creates a set long before the set becomes primary. */
function requireSameTaskSets(
  service: DeployableService,
  ref: ServiceRef,
  { taskSets: before }: StoredPlan['base'],
): void {
  if (before === undefined) return;
  const now = taskSetIds(service) ?? [];
  const added = now.find((id) => !before.includes(id));
  if (added !== undefined) {
    const set = service.taskSets?.find(({ id }) => id === added);
    const what = set?.taskDefinition === undefined ? '' : ` with ${revisionNameOf(set.taskDefinition)}`;
    throw stale(
      `Somebody has created a task set${what} for ${serviceLabel(ref)}${atTime(set?.createdAt)} since this plan was created.`,
      service,
    );
  }
  const gone = before.find((id) => !now.includes(id));
  if (gone === undefined) return;
  throw stale(
    `Somebody has deleted the task set ${gone} of ${serviceLabel(ref)} since this plan was created.`,
    service,
  );
}

async function otherRevision(
  ecs: ECSClient,
  ref: ServiceRef,
  service: DeployableService,
  base: StoredPlan['base'],
  signal: AbortSignal,
): Promise<SlipwayError> {
  const { taskDefinition } = await readRevision(ecs, service.taskDefinition, signal);
  const by =
    taskDefinition.registeredBy === undefined ? '' : `, registered by ${taskDefinition.registeredBy}`;
  return stale(
    `${serviceLabel(ref)} was changed to ${revisionNameOf(service.taskDefinition)}${by}${atTime(primaryOf(service).createdAt)}; this plan was created for ${revisionNameOf(base.taskDefinitionArn)}.`,
    service,
  );
}

function stale(what: string, service: DeployableService): SlipwayError {
  return new SlipwayError('STALE_PLAN', `${what} Refresh to create a new plan.`, {
    detail: { taskDefinitionArn: service.taskDefinition },
  });
}

function atTime(createdAt: Date | undefined): string {
  return createdAt === undefined ? '' : ` at ${createdAt.toISOString()}`;
}
