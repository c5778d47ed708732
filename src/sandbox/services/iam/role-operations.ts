import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  ListRolesCommand,
  type Role,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { type Operation, operation } from '../../aws-api/service.ts';
import { inPartitionOf } from '../../core/partition.ts';
import { deleteConflict, entityAlreadyExists, invalidValue } from './iam-errors.ts';
import { pageOf } from './iam-pages.ts';
import { newRole } from './new-role.ts';
import { readTrustPolicy } from './policy-document.ts';
import { findRole } from './role-lookup.ts';
import type { RoleRecord, Roles } from './roles.ts';

const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;
const PATH = /^\/(?:[\u0021-\u007e]+\/)?$/;

export function roleOperations(roles: Roles, now: () => Date): readonly Operation[] {
  return [
    operation(CreateRoleCommand, (input, { accountId, region }) => {
      const { RoleName: name = '', AssumeRolePolicyDocument: trustPolicy = '', Path: path = '/' } = input;
      if (!ROLE_NAME.test(name)) {
        throw invalidValue(
          name,
          'roleName',
          String.raw`Member must satisfy regular expression pattern: [\w+=,.@-]+`,
        );
      }
      if (!PATH.test(path)) {
        throw invalidValue(path, 'path', 'Member must begin and end with a slash');
      }
      if (roles.get(name) !== undefined) throw entityAlreadyExists(`Role with name ${name} already exists.`);
      readTrustPolicy(trustPolicy);
      const { Description, MaxSessionDuration = 3600, Tags } = input;
      const details = { Description, MaxSessionDuration, Tags };
      const record = newRole({ accountId, region, name, path, trustPolicy, createdAt: now(), details });
      roles.put(record);
      return { Role: shownRole(record, region) };
    }),

    operation(GetRoleCommand, ({ RoleName }, { region }) => ({
      Role: shownRole(findRole(roles, RoleName), region),
    })),

    operation(ListRolesCommand, ({ PathPrefix = '/', Marker, MaxItems }, { region }) => {
      const under = [...roles.all()].filter(({ role }) => role.Path?.startsWith(PathPrefix) === true);
      const page = pageOf(under, ({ role }) => role.RoleName, { Marker, MaxItems });
      return { ...page.shown, Roles: page.items.map((record) => listedRole(record, region)) };
    }),

    operation(DeleteRoleCommand, ({ RoleName }) => {
      const { role, inlinePolicies, attachedPolicies } = findRole(roles, RoleName);
      if (attachedPolicies.length > 0) {
        throw deleteConflict('Cannot delete entity, must detach all policies first.');
      }
      if (Object.keys(inlinePolicies).length > 0) {
        throw deleteConflict('Cannot delete entity, must delete policies first.');
      }
      roles.delete(role.RoleName);
      return {};
    }),

    operation(UpdateAssumeRolePolicyCommand, ({ RoleName, PolicyDocument: trustPolicy = '' }) => {
      const record = findRole(roles, RoleName);
      readTrustPolicy(trustPolicy);
      roles.put({ ...record, trustPolicy });
      return {};
    }),
  ];
}

/** IAM answers with policies in URL encoding. */
function shownRole({ role, trustPolicy }: Pick<RoleRecord, 'role' | 'trustPolicy'>, region: string): Role {
  const Arn = inPartitionOf(region, role.Arn ?? '');
  return { ...role, Arn, AssumeRolePolicyDocument: encodeURIComponent(trustPolicy) };
}

/** A list leaves out the tags. */
function listedRole({ role: { Tags: _tags, ...role }, trustPolicy }: RoleRecord, region: string): Role {
  return shownRole({ role, trustPolicy }, region);
}
