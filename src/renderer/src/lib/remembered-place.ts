import { useEffect } from 'react';
import type { Account, Scope } from '../../../shared/model/account.ts';
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
function rememberedRegion(account: string): string | undefined {
  return recall(`region.${account}`);
}

/** The region in which an account opens: the last one, or else its own. Absent until one is chosen. */
export function openingRegion({ id, region }: Account): string | undefined {
  return rememberedRegion(id) ?? region;
}

/** The address of an account in a region, or without one the page that asks for it. */
export function accountLink(account: string, region: string | undefined) {
  return region === undefined
    ? ({ to: '/a/$account', params: { account } } as const)
    : ({ to: '/a/$account/$region', params: { account, region } } as const);
}

/** The cluster of an account that was open last. */
export function rememberedCluster(account: string): string | undefined {
  return recall(`cluster.${account}`);
}
