import { withoutPartition } from '../../core/partition.ts';
import type { TaskRoles } from '../ecs/simulation/dependencies.ts';
import { type RoleAccess, roleAccess } from './role-access.ts';
import type { RoleRecord, Roles } from './roles.ts';

const ECS_TASKS = 'ecs-tasks.amazonaws.com';

/** What the simulated ECS sees of the roles of the account. */
export function createTaskRoles(roles: Roles): TaskRoles {
  // Ten thousand tasks may have one role. Records are replaced, never changed.
  const read = new WeakMap<RoleRecord, RoleAccess>();

  function accessOf(record: RoleRecord): RoleAccess {
    const access = read.get(record) ?? roleAccess(record);
    read.set(record, access);
    return access;
  }

  return {
    assume(roleArn) {
      const record = roles.get(roleArn.split('/').at(-1) ?? '');
      if (record === undefined || withoutPartition(record.role.Arn ?? '') !== withoutPartition(roleArn))
        return undefined;
      const access = accessOf(record);
      if (!access.trusts(ECS_TASKS)) return undefined;
      return { denialOf: (action, resource) => denialOf(access, action, resource) };
    },
  };
}

function denialOf(access: RoleAccess, action: string, resource: string): string | undefined {
  const decision = access.decide(action, resource);
  if (decision === 'allowed') return undefined;
  return decision === 'explicitDeny'
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${action} action`;
}
