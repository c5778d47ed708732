import { useEffect } from 'react';
import type { Scope } from '../../../shared/model/account.ts';
import { recall, remember } from './memory.ts';
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

/** The account that was open last. */
export function rememberedAccount(): string | undefined {
  return recall('account');
}

/** The account and region that were open last. */
export function rememberedScope(): Scope | undefined {
  const account = rememberedAccount();
  const region = account === undefined ? undefined : rememberedRegion(account);
  return account === undefined || region === undefined ? undefined : { account, region };
}

/** The region of an account that was open last. */
export function rememberedRegion(account: string): string | undefined {
  return recall(`region.${account}`);
}

/** The cluster of an account that was open last. */
export function rememberedCluster(account: string): string | undefined {
  return recall(`cluster.${account}`);
}
