import { noSuchRole } from './iam-errors.ts';
import type { RoleRecord, Roles } from './roles.ts';

/** @throws AwsError `NoSuchEntity`. */
export function findRole(roles: Roles, name = ''): RoleRecord {
  const record = roles.get(name);
  if (record === undefined) throw noSuchRole(name);
  return record;
}
