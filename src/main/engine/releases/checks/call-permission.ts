import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Check } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { failUnlessOverridden, pass, type Reading, unknown } from '../../ecs/check.ts';
import { type PolicyStatement, passingRoles, policyText, taggingRevisions } from '../../ecs/iam-policy.ts';
import { isTaskSetArn } from '../../ecs/service-task-sets.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import type { DeployableService } from '../model/service-reading.ts';
import { type PlannedAction, startsDeployment } from '../model/stored-plan.ts';
import { rolesOf } from './role-checks.ts';
import { deniedToCaller, type ReadCaller, type Request } from './simulation.ts';

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
  if (requests.length === 0) return [];
  const { clusterArn = '' } = service;
  const denied = await deniedToCaller(dependencies, ref, { requests, clusterArn, caller }, signal);
  const check = callerMaySend(
    requests.flatMap(({ actions }) => actions),
    denied,
  );
  if (check.result !== 'fail') return [check];
  return [{ ...check, policy: policyOf(requests, subject) }];
}

/** What the plan needs in all, not only what is denied: an administrator attaches one policy. */
function policyOf(requests: readonly Request[], { service, action, content }: PermissionSubject): string {
  const registers = action.kind === 'update' && action.register !== undefined;
  const isTagged = registers && (content.tags ?? []).length > 0;
  const namesRevision = action.kind === 'update' && startsDeployment(action);
  return policyText([
    ...requests.map(
      ({ actions, resources }): PolicyStatement => ({
        Sid: actions.map((each) => each.slice(each.indexOf(':') + 1)).join('And'),
        Effect: 'Allow',
        Action: actions,
        Resource: resources,
      }),
    ),
    ...(isTagged ? [taggingRevisions(revisionsOf(service))] : []),
    ...(namesRevision ? passingRoles(rolesOf(content)) : []),
  ]);
}

/**
 * The changing calls of a plan, with their resources. The calls of task sets are left out: what they name exists only
 * later. CodeDeploy's are not sent by Slipway.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
function requestsOf(service: DeployableService, action: PlannedAction): readonly Request[] {
  const { serviceArn = '' } = service;
  if (action.kind === 'stop') {
    if (isTaskSetArn(action.deploymentArn)) return [];
    return [{ actions: ['ecs:StopServiceDeployment'], resources: [action.deploymentArn] }];
  }
  if (service.deploymentController?.type === 'CODE_DEPLOY' && startsDeployment(action)) return [];
  const update = action.express === undefined ? 'ecs:UpdateService' : 'ecs:UpdateExpressGatewayService';
  return [
    ...(action.register === undefined ? [] : [{ actions: ['ecs:RegisterTaskDefinition'], resources: ['*'] }]),
    ...(action.before === undefined ? [] : [{ actions: ['ecs:RunTask'], resources: [revisionsOf(service)] }]),
    ...(action.taskSet === undefined ? [{ actions: [update], resources: [serviceArn] }] : []),
  ];
}

/** Any revision of the family. */
function revisionsOf({ taskDefinition }: DeployableService): string {
  return taskDefinition.replace(/:\d+$/, ':*');
}

function callerMaySend(actions: readonly string[], denied: Reading<readonly string[]>): Check {
  if (denied.state === 'unreadable') {
    const message = `Couldn't verify that you are allowed to use ${actions.join(' and ')}`;
    return unknown('call-permission', message, denied.reason);
  }
  if (denied.value.length === 0)
    return pass('call-permission', `You are allowed to use ${actions.join(' and ')}`);
  return failUnlessOverridden(
    'call-permission',
    `You aren't allowed to use ${denied.value.join(' and ')}`,
    'AWS would refuse the request. Ask for these permissions, or choose another profile.',
  );
}
