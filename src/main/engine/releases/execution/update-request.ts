import type { UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { patiently } from '../../aws/retry.ts';
import { readRestoredMembers } from '../model/service-restoration.ts';
import { serviceUpdate } from '../model/service-settings.ts';
import type { UpdateAction } from '../model/stored-plan.ts';
import type { Execution } from './execution.ts';

/**
 * What UpdateService is sent for an action, with the members of an earlier service revision that it takes back. The
 * task definition is left out when the revision stays, since sending it asks for iam:PassRole. Throws NOT_FOUND when
 * ECS no longer has that service revision.
 */
export async function updateRequest(
  { ecs, plan, signal }: Pick<Execution, 'ecs' | 'plan' | 'signal'>,
  action: UpdateAction,
  registered: string | undefined,
): Promise<UpdateServiceRequest> {
  const { restore } = action;
  const { cluster, service } = plan.service;
  const taskDefinition = registered ?? action.taskDefinition;
  const restored =
    restore === undefined ? {} : await patiently(signal, () => readRestoredMembers(ecs, restore, signal));
  return {
    cluster,
    service,
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
    ...serviceUpdate(action),
    ...restored,
  };
}
