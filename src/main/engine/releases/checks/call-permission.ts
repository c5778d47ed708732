import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Check } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { type PolicyStatement, passingRoles, taggingRevisions } from '../../ecs/iam-policy.ts';
import { isTaskSetArn } from '../../ecs/service-task-sets.ts';
import { callsAreAllowed } from '../../permissions/calls-check.ts';
import type { ReadCaller, Request } from '../../permissions/simulation.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import type { DeployableService } from '../model/service-reading.ts';
import { type PlannedAction, startsDeployment, type TaskSetMove } from '../model/stored-plan.ts';
import { rolesOf } from './role-checks.ts';

interface PermissionSubject {
  readonly service: DeployableService;
  readonly action: PlannedAction;
  /** What new tasks are made from. */
  readonly content: RegisterTaskDefinitionRequest;
}

/** Whether the caller may send the calls of a plan, by a simulation of its policies. Nothing where nothing is asked. */
export async function callsArePermitted(
  dependencies: ReleaseDependencies,
  ref: ServiceRef,
  subject: PermissionSubject & { readonly caller: ReadCaller },
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const { service, action, caller } = subject;
  const requests = requestsOf(service, action);
  const { clusterArn = '' } = service;
  const beside = besideCalls(subject);
  return callsAreAllowed(dependencies, ref, { requests, clusterArn, caller, beside }, signal);
}

/** What AWS asks for beside the calls themselves: tags of a new revision, and the roles of its tasks. */
function besideCalls({ service, action, content }: PermissionSubject): readonly PolicyStatement[] {
  const registers = action.kind === 'update' && action.register !== undefined;
  const isTagged = registers && (content.tags ?? []).length > 0;
  const namesRevision = action.kind === 'update' && startsDeployment(action);
  return [
    ...(isTagged ? [taggingRevisions(revisionsOf(service))] : []),
    ...(namesRevision ? passingRoles(rolesOf(content)) : []),
  ];
}

/**
 * The changing calls of a plan, with their resources. CodeDeploy's are not sent by Slipway. The tag of a claim is left out:
 * without the permission for it a change goes ahead.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
function requestsOf(service: DeployableService, action: PlannedAction): readonly Request[] {
  const { serviceArn = '' } = service;
  if (action.kind === 'stop') {
    if (isTaskSetArn(action.deploymentArn))
      return [{ actions: ['ecs:DeleteTaskSet'], resources: [action.deploymentArn] }];
    return [{ actions: ['ecs:StopServiceDeployment'], resources: [action.deploymentArn] }];
  }
  if (service.deploymentController?.type === 'CODE_DEPLOY' && startsDeployment(action)) return [];
  const update = action.express === undefined ? 'ecs:UpdateService' : 'ecs:UpdateExpressGatewayService';
  return [
    ...(action.register === undefined ? [] : [{ actions: ['ecs:RegisterTaskDefinition'], resources: ['*'] }]),
    ...(action.before === undefined ? [] : [{ actions: ['ecs:RunTask'], resources: [revisionsOf(service)] }]),
    ...(action.taskSet === undefined
      ? [{ actions: [update], resources: [serviceArn] }]
      : taskSetRequests(serviceArn, action.taskSet)),
  ];
}

/** CreateTaskSet has no resource of its own; policies limit it by the conditions ecs:cluster and ecs:service. */
function taskSetRequests(serviceArn: string, { existing, replaces }: TaskSetMove): readonly Request[] {
  return [
    existing === undefined
      ? { actions: ['ecs:CreateTaskSet'], resources: ['*'] }
      : { actions: ['ecs:UpdateTaskSet'], resources: [existing] },
    { actions: ['ecs:UpdateServicePrimaryTaskSet'], resources: [serviceArn] },
    { actions: ['ecs:UpdateTaskSet', 'ecs:DeleteTaskSet'], resources: replaces },
  ];
}

/** Any revision of the family. */
function revisionsOf({ taskDefinition }: DeployableService): string {
  return taskDefinition.replace(/:\d+$/, ':*');
}
