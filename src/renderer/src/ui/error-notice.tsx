import { Button } from '@mantine/core';
import { QueryClientContext } from '@tanstack/react-query';
import { useContext } from 'react';
import type { SlipwayError } from '../../../shared/errors.ts';
import { isSaidByWindow } from '../lib/outage.ts';
import styles from './error-notice.module.css';
import { Mark } from './mark.tsx';
import { Mono } from './mono.tsx';
import { UI_TEXT } from './ui-text.ts';

interface ErrorNoticeProps {
  readonly error: SlipwayError;
  readonly onRetry?: () => void;
}

/** One sentence about what went wrong, in the place where it happened; what was there stays usable. */
export function ErrorNotice({ error, onRetry }: ErrorNoticeProps) {
  if (useIsSaidByWindow(error)) return <p className={styles.quiet}>{UI_TEXT.noConnection}</p>;
  return (
    <div className={styles.notice} role="alert">
      <Mark kind="failed" label={UI_TEXT.failed} />
      <ErrorText error={error} />
      <RetryButton onRetry={onRetry} />
    </div>
  );
}

/**
 * The same over something that was read before and is older now. A missing login or network is shown once, by the
 * window's own notice.
 */
export function StaleNotice({
  error,
  onRetry,
}: {
  readonly error: SlipwayError | null;
  readonly onRetry: () => void;
}) {
  const isSaid = useIsSaidByWindow(error);
  if (!error || error.code === 'AUTH_REQUIRED' || isSaid) return null;
  return <ErrorNotice error={error} onRetry={onRetry} />;
}

/** The same for a view that has nothing else to show. */
export function ErrorPage({ error, onRetry }: ErrorNoticeProps) {
  const isSaid = useIsSaidByWindow(error);
  if (error.code === 'AUTH_REQUIRED') return <p className={styles.quiet}>{UI_TEXT.signIn}</p>;
  if (isSaid) return <p className={styles.quiet}>{UI_TEXT.noConnection}</p>;
  return (
    <div className={styles.page} role="alert">
      <Mark kind="failed" label={UI_TEXT.failed} />
      <ErrorText error={error} />
      <RetryButton onRetry={onRetry} />
    </div>
  );
}

/** A component may be shown without a cache of queries, as by a test. */
function useIsSaidByWindow(error: SlipwayError | null): boolean {
  const cache = useContext(QueryClientContext)?.getQueryCache();
  return error !== null && isSaidByWindow(error, cache);
}

function ErrorText({ error }: { readonly error: SlipwayError }) {
  const { action, correlationId } = error.detail;
  return (
    <div className={styles.text}>
      <p>{error.message}</p>
      {error.code === 'FORBIDDEN' && action !== undefined ? (
        <p className={styles.facts}>
          {UI_TEXT.missingPermission} <Mono>{action}</Mono>
        </p>
      ) : null}
      {correlationId === undefined || error.message.includes(correlationId) ? null : (
        <p className={styles.facts}>
          {UI_TEXT.logEntry} <Mono>{correlationId}</Mono>
        </p>
      )}
    </div>
  );
}

function RetryButton({ onRetry }: { readonly onRetry: (() => void) | undefined }) {
  if (!onRetry) return null;
  return (
    <Button size="compact-xs" onClick={onRetry}>
      {UI_TEXT.tryAgain}
    </Button>
  );
}
