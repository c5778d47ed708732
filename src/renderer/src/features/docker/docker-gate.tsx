import type { ReactNode } from 'react';
import { SlipwayError } from '../../../../shared/errors.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { PUSH_TEXT } from './docker-text.ts';

/** Shows what needs the Docker Engine, or why that does not answer and a way to try again. */
export function DockerGate({ children }: { readonly children: ReactNode }) {
  const status = useEngineQuery('docker.status', {});
  const again = (): void => void status.refetch();

  if (status.isPending) return <LoadingRows what={PUSH_TEXT.loadingEngine} rows={2} height={30} />;
  if (status.isError) return <ErrorNotice error={status.error} onRetry={again} />;
  if (status.data.state === 'unavailable') {
    const error = new SlipwayError('DOCKER_UNAVAILABLE', status.data.message, { retryable: true });
    return <ErrorNotice error={error} onRetry={again} />;
  }
  return children;
}
