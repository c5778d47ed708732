import { z } from 'zod';
import { Scope } from '../model/account.ts';
import { Cluster } from '../model/cluster.ts';
import { ClusterComparison, ClusterComparisonEvent, ComparedClusters } from '../model/cluster-comparison.ts';
import type { Methods } from './method.ts';

/** Clusters. */
export const clustersMethods = {
  'clusters.list': {
    kind: 'query',
    about: 'Lists all clusters of the account and region.',
    input: Scope,
    output: z.array(Cluster),
  },
  'clusters.compare': {
    kind: 'stream',
    about:
      'Compares the services of two clusters: images, commits, settings. Each cluster may be in its own account and region. ' +
      'Services are matched by name, also where their names differ by a word for the environment, such as api-staging and ' +
      'api-prod. Images are compared by digest, then by the commit of their labels and by tag. What belongs to the account, ' +
      'the region or the environment is left out of the settings and counted. Streams all rows, then those that were read.',
    input: ComparedClusters,
    event: ClusterComparisonEvent,
    output: ClusterComparison,
  },
} as const satisfies Methods;
