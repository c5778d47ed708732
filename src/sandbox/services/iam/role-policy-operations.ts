import {
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { type Operation, operation } from '../../aws-api/service.ts';
import { limitExceeded, noSuchEntity } from './iam-errors.ts';
import { pageOf } from './iam-pages.ts';
import { managedPolicy } from './managed-policies.ts';
import { readPolicy } from './policy-document.ts';
import { findRole } from './role-lookup.ts';
import type { Roles } from './roles.ts';

/** The policies that are part of a role, and the managed ones that are attached to it. */
export function rolePolicyOperations(roles: Roles): readonly Operation[] {
  return [
    operation(PutRolePolicyCommand, ({ RoleName, PolicyName: name = '', PolicyDocument: text = '' }) => {
      const record = findRole(roles, RoleName);
      readPolicy(text);
      const inlinePolicies = { ...record.inlinePolicies, [name]: text };
      checkSize(inlinePolicies, record.role.RoleName);
      roles.put({ ...record, inlinePolicies });
      return {};
    }),

    operation(GetRolePolicyCommand, ({ RoleName, PolicyName: name = '' }) => {
      const { role, inlinePolicies } = findRole(roles, RoleName);
      const text = Object.hasOwn(inlinePolicies, name) ? inlinePolicies[name] : undefined;
      if (text === undefined) throw noSuchInlinePolicy(name);
      return { RoleName: role.RoleName, PolicyName: name, PolicyDocument: encodeURIComponent(text) };
    }),

    operation(ListRolePoliciesCommand, ({ RoleName, Marker, MaxItems }) => {
      const names = Object.keys(findRole(roles, RoleName).inlinePolicies);
      const page = pageOf(names, (name) => name, { Marker, MaxItems });
      return { ...page.shown, PolicyNames: [...page.items] };
    }),

    operation(DeleteRolePolicyCommand, ({ RoleName, PolicyName: name = '' }) => {
      const record = findRole(roles, RoleName);
      if (!Object.hasOwn(record.inlinePolicies, name)) throw noSuchInlinePolicy(name);
      const { [name]: _deleted, ...inlinePolicies } = record.inlinePolicies;
      roles.put({ ...record, inlinePolicies });
      return {};
    }),

    operation(AttachRolePolicyCommand, ({ RoleName, PolicyArn: arn = '' }) => {
      const record = findRole(roles, RoleName);
      if (managedPolicy(arn) === undefined) {
        throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
      }
      roles.put({ ...record, attachedPolicies: [...new Set([...record.attachedPolicies, arn])] });
      return {};
    }),

    operation(DetachRolePolicyCommand, ({ RoleName, PolicyArn: arn = '' }) => {
      const record = findRole(roles, RoleName);
      if (!record.attachedPolicies.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
      roles.put({ ...record, attachedPolicies: record.attachedPolicies.filter((each) => each !== arn) });
      return {};
    }),

    operation(ListAttachedRolePoliciesCommand, ({ RoleName, Marker, MaxItems }) => {
      const page = pageOf(findRole(roles, RoleName).attachedPolicies, (arn) => arn, { Marker, MaxItems });
      const AttachedPolicies = page.items.map((arn) => ({
        PolicyName: arn.split('/').at(-1),
        PolicyArn: arn,
      }));
      return { ...page.shown, AttachedPolicies };
    }),
  ];
}

/** All inline policies of a role together; white space does not count (IAM user guide, "IAM and AWS STS quotas"). */
const MOST_POLICY_CHARACTERS = 10_240;

/** @throws AwsError `LimitExceeded`. */
function checkSize(policies: Readonly<Record<string, string>>, role: string | undefined): void {
  const size = Object.values(policies).reduce((sum, text) => sum + text.replace(/\s/g, '').length, 0);
  if (size <= MOST_POLICY_CHARACTERS) return;
  throw limitExceeded(
    `Maximum policy size of ${MOST_POLICY_CHARACTERS} bytes exceeded for role ${role ?? ''}`,
  );
}

function noSuchInlinePolicy(name: string): Error {
  return noSuchEntity(`The role policy with name ${name} cannot be found.`);
}
