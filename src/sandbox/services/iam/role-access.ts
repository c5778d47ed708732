import { conditionsOn, type Decision, decide, trustsService } from './decision.ts';
import { managedPolicy } from './managed-policies.ts';
import { readPolicy, readTrustPolicy } from './policy-document.ts';
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
