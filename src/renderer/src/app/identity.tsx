import type { Scope } from '../../../shared/model/account.ts';
import { useEngineQuery } from '../lib/queries.ts';
import styles from './shell.module.css';

/** Who AWS says that we are: the last part of the ARN, and the account's number. Its alias is in the title. */
export function Identity({ scope }: { readonly scope: Scope }) {
  const identity = useEngineQuery('accounts.identity', scope, { staleMs: 300_000 });
  if (!identity.data) return null;
  const { arn, accountNumber, accountAlias } = identity.data;
  return (
    <span title={accountAlias === undefined ? arn : `${arn}\n${accountAlias}`} className={styles.identity}>
      {arn.slice(arn.lastIndexOf('/') + 1)} · {accountNumber}
    </span>
  );
}
