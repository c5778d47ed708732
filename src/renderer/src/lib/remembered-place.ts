import type { Account, Scope } from '../../../shared/model/account.ts';
import type { Cluster } from '../../../shared/model/cluster.ts';
import { recall } from './memory.ts';

/** The account that was open last. */
function rememberedAccount(): string | undefined {
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

/** The account that a start opens: the one that was open last, or the only one. */
export function accountToOpen<Each extends Pick<Account, 'id'>>(accounts: readonly Each[]): Each | undefined {
  const last = rememberedAccount();
  return accounts.find(({ id }) => id === last) ?? (accounts.length === 1 ? accounts[0] : undefined);
}

/** The cluster that an account opens with: the one that was open last, or the first. */
export function clusterToOpen<Each extends Pick<Cluster, 'name'>>(
  account: string,
  clusters: readonly Each[],
): Each | undefined {
  const last = recall(`cluster.${account}`);
  return clusters.find(({ name }) => name === last) ?? clusters[0];
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
