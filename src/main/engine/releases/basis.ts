import type { ECSClient } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { placeOf, revisionNameOf } from './names.ts';
import { type DeployableService, primaryOf, readRevision, readService } from './service-reading.ts';
import type { StoredPlan } from './stored-plan.ts';

/**
 * Reads the service again and answers it if nobody has deployed since the plan was made. Throws STALE_PLAN with
 * what was changed, and by whom where ECS tells.
 */
export async function readUnchangedService(
  ecs: ECSClient,
  { service: ref, basis }: StoredPlan,
  signal: AbortSignal,
): Promise<DeployableService> {
  const service = await readService(ecs, ref, signal);
  if (service.taskDefinition !== basis.taskDefinitionArn)
    throw await otherRevision(ecs, ref, service, basis, signal);
  const primary = primaryOf(service);
  if (primary.id === basis.primaryId) return service;
  throw stale(
    `${placeOf(ref)} was deployed again${atTime(primary.createdAt)} since this plan was made, with ${revisionNameOf(service.taskDefinition)} as before.`,
    service,
  );
}

async function otherRevision(
  ecs: ECSClient,
  ref: ServiceRef,
  service: DeployableService,
  basis: StoredPlan['basis'],
  signal: AbortSignal,
): Promise<SlipwayError> {
  const { taskDefinition } = await readRevision(ecs, service.taskDefinition, signal);
  const by =
    taskDefinition.registeredBy === undefined ? '' : `, registered by ${taskDefinition.registeredBy}`;
  return stale(
    `${placeOf(ref)} was changed to ${revisionNameOf(service.taskDefinition)}${by}${atTime(primaryOf(service).createdAt)}; this plan was made on ${revisionNameOf(basis.taskDefinitionArn)}.`,
    service,
  );
}

function stale(what: string, service: DeployableService): SlipwayError {
  return new SlipwayError('STALE_PLAN', `${what} Plan again, on what it runs now.`, {
    detail: { taskDefinitionArn: service.taskDefinition },
  });
}

function atTime(createdAt: Date | undefined): string {
  return createdAt === undefined ? '' : ` at ${createdAt.toISOString()}`;
}
