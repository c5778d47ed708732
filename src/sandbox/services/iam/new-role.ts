import { createHash } from 'node:crypto';
import type { Tag } from '@aws-sdk/client-iam';
import { partitionOf } from '../../core/partition.ts';
import type { RoleRecord } from './roles.ts';

export interface NewRole {
  readonly accountId: string;
  /** Of the caller: its partition is that of the ARN. */
  readonly region: string;
  readonly name: string;
  /** `/`, or more with a slash at both ends. */
  readonly path?: string;
  /** As JSON. */
  readonly trustPolicy: string;
  readonly createdAt: Date;
  readonly details?: {
    readonly Description?: string | undefined;
    readonly MaxSessionDuration: number;
    readonly Tags?: Tag[] | undefined;
  };
}

/** A role without policies. */
export function newRole({
  accountId,
  region,
  name,
  path = '/',
  trustPolicy,
  createdAt,
  details,
}: NewRole): RoleRecord {
  return {
    role: {
      Path: path,
      RoleName: name,
      RoleId: roleId(name, createdAt),
      Arn: `arn:${partitionOf(region)}:iam::${accountId}:role${path}${name}`,
      CreateDate: createdAt,
      MaxSessionDuration: 3600,
      ...details,
    },
    trustPolicy,
    inlinePolicies: {},
    attachedPolicies: [],
  };
}

/** A role that is made again under the same name gets another id, as in AWS. */
function roleId(name: string, createdAt: Date): string {
  const digest = createHash('sha256').update(`${name} ${createdAt.toISOString()}`).digest('hex');
  return `AROA${digest.slice(0, 17).toUpperCase()}`;
}
