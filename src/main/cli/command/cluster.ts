import { SlipwayError } from '../../../shared/errors.ts';
import type { ClusterRef } from '../../../shared/model/cluster.ts';
import type { Invocation } from './verb.ts';

/** The cluster that `-c` names, or that of slipway.yml. Throws INVALID_INPUT where there is none. */
export async function clusterOf(invocation: Invocation): Promise<ClusterRef> {
  const { cluster, ...scope } = await invocation.scope();
  if (cluster === undefined) throw new SlipwayError('INVALID_INPUT', 'Name the cluster with -c.');
  return { ...scope, cluster };
}
