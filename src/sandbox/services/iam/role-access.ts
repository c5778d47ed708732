import { policyPattern } from '../../../shared/wildcard.ts';
import { matchesAction } from '../../aws-api/action-pattern.ts';
import { managedPolicy } from './managed-policies.ts';
import { type PolicyDocument, readPolicy, readTrustPolicy, type Statement } from './policy-document.ts';
import type { RoleRecord } from './roles.ts';

/** A role with its policies read. */
export interface RoleAccess {
  /** What its own and its attached policies say of an action on a resource. */
  readonly decide: (action: string, resource: string) => Decision;
  /** The keys of the conditions that decide on it. */
  readonly conditions: (action: string, resource: string) => readonly string[];
  /** Whether a service of AWS, such as `ecs-tasks.amazonaws.com`, may assume it. */
  readonly trusts: (service: string) => boolean;
}

export function roleAccess({ trustPolicy, inlinePolicies, attachedPolicies }: RoleRecord): RoleAccess {
  const inline = Object.values(inlinePolicies).map(readPolicy);
  const managed = attachedPolicies.map(managedPolicy).filter((policy) => policy !== undefined);
  const trust = readTrustPolicy(trustPolicy);
  return {
    decide: (action, resource) => decide([...inline, ...managed], action, resource),
    conditions: (action, resource) => conditionsOn([...inline, ...managed], action, resource),
    trusts: (service) => trustsService(trust, service),
  };
}

type Decision = 'allowed' | 'implicitDeny' | 'explicitDeny';

/**
 * What policies say of an action on a resource: a Deny counts before every Allow, and what nothing allows is denied.
 * The sandbox knows no request contexts: a statement with a condition allows nothing, and denies whatever it names.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
function decide(policies: readonly PolicyDocument[], action: string, resource: string): Decision {
  const applying = policies
    .flat()
    .filter((each) => coversAction(each, action) && coversResource(each, resource));
  if (applying.some(({ effect }) => effect === 'Deny')) return 'explicitDeny';
  const isAllowed = applying.some(({ effect, conditions }) => effect === 'Allow' && conditions.length === 0);
  return isAllowed ? 'allowed' : 'implicitDeny';
}

/** The keys of the conditions that decide on an action: what a simulation would have to be told. */
function conditionsOn(
  policies: readonly PolicyDocument[],
  action: string,
  resource: string,
): readonly string[] {
  const applying = policies
    .flat()
    .filter((each) => coversAction(each, action) && coversResource(each, resource));
  return [...new Set(applying.flatMap(({ conditions }) => conditions.map(({ key }) => key)))];
}

/** Whether a trust policy lets a service, such as `ecs-tasks.amazonaws.com`, assume its role, its conditions holding. */
function trustsService(policy: PolicyDocument, service: string): boolean {
  const naming = policy.filter(
    ({ principals = {}, actions = [] }) =>
      (principals['*'] !== undefined || principals.Service?.includes(service) === true) &&
      actions.some((each) => matchesAction(each, 'sts:AssumeRole')),
  );
  const isAllowed = naming.some(({ effect }) => effect === 'Allow');
  return isAllowed && naming.every(({ effect }) => effect !== 'Deny');
}

function coversAction({ actions, notActions }: Statement, action: string): boolean {
  if (actions !== undefined) return actions.some((each) => matchesAction(each, action));
  return notActions !== undefined && !notActions.some((each) => matchesAction(each, action));
}

function coversResource({ resources, notResources }: Statement, resource: string): boolean {
  if (resources !== undefined) return resources.some((each) => policyPattern(each).matches(resource));
  return notResources !== undefined && !notResources.some((each) => policyPattern(each).matches(resource));
}
