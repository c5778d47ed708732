import type { DatabaseSync } from 'node:sqlite';
import type { z } from 'zod';
import type { Scope } from '../../../../shared/model/account.ts';
import { CleanupPolicy } from '../../../../shared/model/cleanup.ts';
import { ImageCleanupPolicy } from '../../../../shared/model/image-cleanup.ts';
import { withNewNames } from '../../journal/new-names.ts';

/** A policy as it is stored: earlier versions named the permanent deletion `deleteForGood`. */
export const StoredPolicy = withNewNames({ deleteForGood: 'deletePermanently' }, CleanupPolicy.shape);

/** The policy that clean-ups of an account and region start with. */
export interface SavedPolicies<Policy> {
  /** Undefined when none was saved, or when it is one of a newer Slipway. */
  find(scope: Scope): Policy | undefined;
  save(scope: Scope, policy: Policy): void;
}

export function createRevisionPolicies(database: DatabaseSync): SavedPolicies<CleanupPolicy> {
  return savedIn(database, 'policies', StoredPolicy);
}

export function createImagePolicies(database: DatabaseSync): SavedPolicies<ImageCleanupPolicy> {
  return savedIn(database, 'image_policies', ImageCleanupPolicy);
}

function savedIn<Policy>(
  database: DatabaseSync,
  table: 'policies' | 'image_policies',
  schema: z.ZodType<Policy>,
): SavedPolicies<Policy> {
  return {
    find({ account, region }) {
      const row = database
        .prepare(`SELECT policy FROM ${table} WHERE account = ? AND region = ?`)
        .get(account, region);
      if (typeof row?.policy !== 'string') return undefined;
      return schema.safeParse(JSON.parse(row.policy)).data;
    },
    save({ account, region }, policy) {
      database
        .prepare(`INSERT OR REPLACE INTO ${table} (account, region, policy) VALUES (?, ?, ?)`)
        .run(account, region, JSON.stringify(policy));
    },
  };
}
