import type { DatabaseSync } from 'node:sqlite';
import type { Scope } from '../../../shared/model/account.ts';
import { CleanupPolicy } from '../../../shared/model/cleanup.ts';

/** The policy that clean-ups of an account and region begin with. */
export interface SavedPolicies {
  /** Undefined when none was saved, or when it is one of a newer Slipway. */
  find(scope: Scope): CleanupPolicy | undefined;
  save(scope: Scope, policy: CleanupPolicy): void;
}

export function createSavedPolicies(database: DatabaseSync): SavedPolicies {
  return {
    find({ account, region }) {
      const row = database
        .prepare('SELECT policy FROM policies WHERE account = ? AND region = ?')
        .get(account, region);
      if (typeof row?.policy !== 'string') return undefined;
      return CleanupPolicy.safeParse(JSON.parse(row.policy)).data;
    },
    save({ account, region }, policy) {
      database
        .prepare('INSERT OR REPLACE INTO policies (account, region, policy) VALUES (?, ?, ?)')
        .run(account, region, JSON.stringify(policy));
    },
  };
}
