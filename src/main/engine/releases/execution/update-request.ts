import {
  type ECSClient,
  UpdateExpressGatewayServiceCommand,
  type UpdateExpressGatewayServiceRequest,
  UpdateServiceCommand,
  type UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { withRetry } from '../../aws/retry.ts';
import { expressRequest } from '../model/express-request.ts';
import { readRestoredMembers } from '../model/read-service-restoration.ts';
import { serviceUpdate } from '../model/service-settings.ts';
import type { StoredPlan, UpdateAction } from '../model/stored-plan.ts';
import { plannedContent } from './register-content.ts';

/** What the request is made from: the account's client, and the plan that names the service. */
interface UpdateContext {
  readonly ecs: ECSClient;
  readonly plan: Pick<StoredPlan, 'service'>;
  readonly signal: AbortSignal;
}

/** The requests that change what a service runs. An Express service has its own operation and accepts no other. */
export type ServiceUpdateRequest =
  | { readonly operation: 'UpdateService'; readonly input: UpdateServiceRequest }
  | {
      readonly operation: 'UpdateExpressGatewayService';
      readonly input: UpdateExpressGatewayServiceRequest;
    };

/** What ECS said of an update: ARNs, as far as it named them. */
export interface SentUpdate {
  readonly taskDefinition?: string | undefined;
  readonly deploymentArn?: string | undefined;
}

/** Whether a step of the journal changes what a service runs. */
export function isServiceUpdate(operation: string): boolean {
  return operation === 'UpdateService' || operation === 'UpdateExpressGatewayService';
}

/** The only place from which a service is updated. */
export async function sendRequest(ecs: ECSClient, request: ServiceUpdateRequest): Promise<SentUpdate> {
  if (request.operation === 'UpdateService') {
    await ecs.send(new UpdateServiceCommand(request.input));
    return {};
  }
  const { service } = await ecs.send(new UpdateExpressGatewayServiceCommand(request.input));
  return { taskDefinition: service?.targetConfiguration?.taskDefinitionArn };
}

/**
 * What is sent for an action, with the fields of an earlier service revision that it takes back. The task definition is
 * left out when the revision stays, since sending it asks for iam:PassRole. Throws NOT_FOUND when ECS no longer has
 * that service revision.
 */
export async function updateRequest(
  context: UpdateContext,
  action: UpdateAction,
  registered: string | undefined,
): Promise<ServiceUpdateRequest> {
  const { ecs, plan, signal } = context;
  const { restore, express } = action;
  const restored =
    restore === undefined ? {} : await withRetry(signal, () => readRestoredMembers(ecs, restore, signal));
  if (express !== undefined) {
    const content =
      express.configuration === undefined ? undefined : await plannedContent(context, express.configuration);
    const input = expressRequest({ action, express, content, registered, restored });
    return { operation: 'UpdateExpressGatewayService', input };
  }
  const { cluster, service } = plan.service;
  const taskDefinition = registered ?? action.taskDefinition;
  const input = {
    cluster,
    service,
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
    ...serviceUpdate(action),
    ...restored,
  };
  return { operation: 'UpdateService', input };
}
