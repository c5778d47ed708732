import { z } from 'zod';
import { OverviewInput, PlaceOverview } from '../model/overview.ts';
import { type Methods, Nothing } from './method.ts';

/** Overviews of accounts. */
export const overviewMethods = {
  'overview.known': {
    kind: 'query',
    about:
      'Lists what Slipway has read of clusters and their services since its start, by account and region. Of the start ' +
      'before where AWS could not be reached. Sends nothing to AWS.',
    input: Nothing,
    output: z.array(PlaceOverview),
  },
  'overview.read': {
    kind: 'stream',
    about:
      'Reads the clusters of an account, or of all accounts that need no sign-in, and the services of each cluster, one ' +
      'cluster at a time. It calls clusters.list, then services.list for what was not read in the last 30 seconds. Clusters ' +
      'with over 500 services are read only when they are opened. Streams each account and region as it changes.',
    input: OverviewInput,
    event: PlaceOverview,
    output: z.array(PlaceOverview),
  },
} as const satisfies Methods;
