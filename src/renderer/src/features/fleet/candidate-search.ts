import type { FleetCandidate, FleetCandidatesEvent } from '../../../../shared/model/fleet.ts';
import type { Folding } from '../../lib/streams.ts';
import { isSame } from './fleet-draft.ts';

/** The services that a bulk release can have, as far as they have been found. */
export interface CandidateSearch {
  readonly candidates: readonly FleetCandidate[];
  /** Services that are read, of those that are listed by now. */
  readonly done: number;
  readonly total: number;
  /** Clusters whose services are listed; undefined until the clusters are known. */
  readonly clusters: FleetCandidatesEvent['clusters'] | undefined;
  readonly isWhole: boolean;
}

/** How fleet.candidates becomes a list: each service as it is found; the whole answer has them in their order. */
export const candidateSearchFolding: Folding<'fleet.candidates', CandidateSearch> = {
  initial: { candidates: [], done: 0, total: 0, clusters: undefined, isWhole: false },
  event: (search, { found, done, total, clusters }) => {
    if (search.isWhole) return search;
    const news = found.filter((candidate) => !search.candidates.some((each) => isSame(each, candidate)));
    return { candidates: [...search.candidates, ...news], done, total, clusters, isWhole: false };
  },
  output: (search, candidates) => ({ ...search, candidates, isWhole: true }),
};
