import { type Decision, decide, trustsService } from './decision.ts';
import { managedPolicy } from './managed-policies.ts';
import { type PolicyDocument, readPolicy, readTrustPolicy } from './policy-document.ts';
import type { RoleRecord } from './roles.ts';

/** What a role's own and its attached policies say of an action on a resource. */
export function roleDecision(role: RoleRecord, action: string, resource: string): Decision {
  return decide(policiesOf(role), action, resource);
}

/** Whether a service of AWS, such as `ecs-tasks.amazonaws.com`, may assume a role. */
export function mayBeAssumedBy({ trustPolicy }: RoleRecord, service: string): boolean {
  return trustsService(readTrustPolicy(trustPolicy), service);
}

function policiesOf({ inlinePolicies, attachedPolicies }: RoleRecord): readonly PolicyDocument[] {
  const inline = Object.values(inlinePolicies).map(readPolicy);
  const managed = attachedPolicies.map(managedPolicy);
  return [...inline, ...managed.filter((policy) => policy !== undefined)];
}
