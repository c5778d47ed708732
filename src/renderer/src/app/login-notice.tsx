import { Button, CopyButton } from '@mantine/core';
import { type Query, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import type { SlipwayError } from '../../../shared/errors.ts';
import { useEngineChange } from '../lib/queries.ts';
import { Mark } from '../ui/mark.tsx';
import styles from '../ui/window-notice.module.css';

/** Says once that AWS has refused the credentials. Reading rests until the person has logged in and tries again. */
export function LoginNotice() {
  const cache = useQueryClient();
  const { account, region } = useParams({ strict: false });
  const signIn = useEngineChange('accounts.signIn');
  const accept = useEngineChange('accounts.accept');
  const error = useSyncExternalStore(
    (listener) => cache.getQueryCache().subscribe(listener),
    () => missingLogin(cache.getQueryCache().getAll()),
  );
  if (!error) return null;

  const readAgain = (): void => {
    void cache.refetchQueries({ type: 'active', predicate: (query) => missingLogin([query]) !== undefined });
  };
  const tryAgain = (): void => {
    if (account === undefined || region === undefined) readAgain();
    else signIn.mutate({ account, region }, { onSettled: readAgain });
  };
  const { account: refused, actualAccount } = error.detail;
  return (
    <div className={styles.notice} role="alert">
      <Mark kind="warning" />
      <span>{error.message}</span>
      {error.detail.command === undefined ? null : (
        <CopyButton value={error.detail.command}>
          {({ copied, copy }) => (
            <Button size="compact-xs" onClick={copy}>
              {copied ? 'Copied' : 'Copy command'}
            </Button>
          )}
        </CopyButton>
      )}
      {refused === undefined || actualAccount === undefined ? null : (
        <Button
          size="compact-xs"
          loading={accept.isPending}
          onClick={() =>
            accept.mutate({ account: refused, accountNumber: actualAccount }, { onSuccess: readAgain })
          }
        >
          Use {actualAccount} from now on
        </Button>
      )}
      <Button size="compact-xs" onClick={tryAgain} loading={signIn.isPending}>
        {error.detail.command === undefined ? 'Try again' : 'Sign in'}
      </Button>
    </div>
  );
}

/** Why something on the screen could not be read, if credentials are the reason. */
function missingLogin(queries: readonly Query[]): SlipwayError | undefined {
  const refused = queries.find((query) => errorOf(query)?.code === 'AUTH_REQUIRED' && query.isActive());
  return refused && errorOf(refused);
}

function errorOf({ state }: Query): SlipwayError | undefined {
  return (state.error as SlipwayError | null) ?? undefined;
}
