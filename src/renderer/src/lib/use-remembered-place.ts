import { useEffect } from 'react';
import { remember } from './memory.ts';
import { usePlace } from './place.ts';

/** Remembers the cluster that is open, so that the next start opens it again. */
export function useRememberedPlace(): void {
  const { scope, cluster } = usePlace();
  useEffect(() => {
    if (!scope) return;
    remember('account', scope.account);
    remember(`region.${scope.account}`, scope.region);
    if (cluster) remember(`cluster.${scope.account}`, cluster.cluster);
  });
}
