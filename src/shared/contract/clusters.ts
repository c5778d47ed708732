import { z } from 'zod';
import { Scope } from '../model/account.ts';
import { Cluster } from '../model/cluster.ts';
import type { Methods } from './method.ts';

/** Clusters. */
export const clustersMethods = {
  'clusters.list': {
    kind: 'query',
    about: 'Lists all clusters of the account and region.',
    input: Scope,
    output: z.array(Cluster),
  },
} as const satisfies Methods;
