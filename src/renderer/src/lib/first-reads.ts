import type { Input, MethodName, Output } from '../../../shared/contract.ts';
import type { ClusterRef } from '../../../shared/model/cluster.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import type { HeadStart } from './head-start.ts';
import { accountToOpen, clusterToOpen, openingRegion } from './remembered-place.ts';

/** Where the window opens, and what was read of it. */
export interface FirstPlace {
  readonly accounts: Immutable<Output<'accounts.list'>>;
  readonly clusters: Immutable<Output<'clusters.list'>>;
  /** Its services begin to arrive. */
  readonly cluster: ClusterRef;
}

/**
 * Asks ahead what the first place of the window needs, one after the other as its views would: the accounts, the clusters
 * of the one that opens, and the services of its cluster. Nothing where there is none, or where the engine answers an
 * error: the views then ask and show it themselves.
 */
export async function readFirstPlace({
  ask,
  release,
}: Pick<HeadStart, 'ask' | 'release'>): Promise<FirstPlace | undefined> {
  try {
    const accounts = await outputOf('accounts.list', {});
    const account = accountToOpen(accounts?.accounts ?? []);
    const region = account === undefined ? undefined : openingRegion(account);
    if (accounts === undefined || account === undefined || region === undefined) return undefined;
    const scope = { account: account.id, region };
    const clusters = await outputOf('clusters.list', scope);
    const name = clusterToOpen(account.id, clusters ?? [])?.name;
    if (clusters === undefined || name === undefined) return undefined;
    const cluster = { ...scope, cluster: name };
    await firstNames(cluster);
    return { accounts, clusters, cluster };
  } finally {
    release();
  }

  async function outputOf<N extends MethodName>(
    method: N,
    input: Immutable<Input<N>>,
  ): Promise<Immutable<Output<N>> | undefined> {
    const answer = await ask(method, input);
    return answer.ok ? (answer.value as Immutable<Output<N>>) : undefined;
  }

  /** Or the end of the read, which the view shows. */
  function firstNames(cluster: ClusterRef): Promise<void> {
    return new Promise((resolve) => {
      void ask('services.list', { ...cluster, visible: [] }, () => resolve()).then(() => resolve());
    });
  }
}
