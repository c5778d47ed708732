import { useEffect } from 'react';
import { Region } from '../../../shared/model/account.ts';
import { remember } from './memory.ts';
import { usePlace } from './place.ts';

/** Remembers the cluster that is open, so that the next start opens it again. */
export function useRememberedPlace(): void {
  const place = usePlace();
  const { account, region } = place.scope ?? {};
  const cluster = place.cluster?.cluster;
  // Not with each drawing of the window, as the storage is slow.
  useEffect(() => {
    // An address can name a region that there is not.
    if (account === undefined || !Region.safeParse(region).success || region === undefined) return;
    remember('account', account);
    remember(`region.${account}`, region);
    if (cluster !== undefined) remember(`cluster.${account}`, cluster);
  }, [account, region, cluster]);
}
