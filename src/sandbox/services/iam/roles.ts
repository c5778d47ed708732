import type { Role } from '@aws-sdk/client-iam';
import { createTable, KEEPS_NOTHING, type StoredTable, type Table } from '../../storage/table.ts';

/** A role with its policies. */
export interface RoleRecord {
  readonly role: Role & { readonly RoleName: string; readonly Arn: string };
  /** The trust policy as JSON, not encoded. */
  readonly trustPolicy: string;
  /** The policies that are part of the role, as JSON by their names. */
  readonly inlinePolicies: Readonly<Record<string, string>>;
  /** The ARNs of managed policies. */
  readonly attachedPolicies: readonly string[];
}

/** The roles of the account by their names. IAM has no regions. */
export type Roles = Table<RoleRecord>;

export function createRoles(stored: StoredTable = KEEPS_NOTHING): Roles {
  return createTable<RoleRecord>(
    ({ role }) => role.RoleName,
    () => '',
    stored,
  );
}
