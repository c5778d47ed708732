import type { ECSClient, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { withRetry } from '../../aws/retry.ts';
import { readRestoredMembers } from '../model/service-restoration.ts';
import { serviceUpdate } from '../model/service-settings.ts';
import type { StoredPlan, UpdateAction } from '../model/stored-plan.ts';

/** What the request is made from: the account's client, and the plan that names the service. */
interface UpdateContext {
  readonly ecs: ECSClient;
  readonly plan: Pick<StoredPlan, 'service'>;
  readonly signal: AbortSignal;
}

/**
 * What UpdateService is sent for an action, with the members of an earlier service revision that it takes back. The
 * task definition is left out when the revision stays, since sending it asks for iam:PassRole. Throws NOT_FOUND when
 * ECS no longer has that service revision.
 */
export async function updateRequest(
  { ecs, plan, signal }: UpdateContext,
  action: UpdateAction,
  registered: string | undefined,
): Promise<UpdateServiceRequest> {
  const { restore } = action;
  const { cluster, service } = plan.service;
  const taskDefinition = registered ?? action.taskDefinition;
  const restored =
    restore === undefined ? {} : await withRetry(signal, () => readRestoredMembers(ecs, restore, signal));
  return {
    cluster,
    service,
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
    ...serviceUpdate(action),
    ...restored,
  };
}
