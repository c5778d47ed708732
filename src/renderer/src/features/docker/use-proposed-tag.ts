import { useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { BuildFolder } from '../../../../shared/model/docker.ts';
import { recall, remember } from '../../lib/memory.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { useRepositories } from '../images/repository-select.tsx';
import { asTagPattern, type ProposedTag, proposedTags, type TagPattern } from './tag-pattern.ts';
import { useRepositoryTags } from './use-repository-tags.ts';

interface ProposedTags {
  readonly tag: string;
  /** What the tag is made of; undefined for one that was typed. */
  readonly pattern: TagPattern | undefined;
  readonly proposals: readonly ProposedTag[];
  readonly isReading: boolean;
  readonly type: (tag: string) => void;
  readonly pick: (pattern: TagPattern) => void;
  /** Reads what the patterns need. */
  readonly read: () => void;
  /** Keeps the pattern for the next build for this repository. */
  readonly keep: () => void;
}

/** The tag of a build: by the pattern that was used last for the repository, unless one is typed. */
export function useProposedTag(
  { account, region }: Scope,
  offer: BuildFolder,
  repository: string | undefined,
): ProposedTags {
  const [typed, setTyped] = useState<string>();
  const [picked, setPicked] = useState<TagPattern>();
  const [isAsked, setAsked] = useState(false);
  const key = `tag-pattern.${account}.${region}.${repository ?? ''}`;
  const pattern = picked ?? asTagPattern(recall(key)) ?? 'commit';
  const isNeeded = isAsked || (pattern !== 'commit' && pattern !== 'full-commit');
  const details = useEngineQuery(
    'docker.folder',
    { folder: offer.folder, include: ['describe', 'versions'] },
    { enabled: isNeeded },
  );
  const repositories = useRepositories({ account, region });
  const isThere = repositories.data?.some(({ name }) => name === repository) === true;
  const { tags, isReading } = useRepositoryTags({ account, region }, repository, {
    isNeeded: isNeeded && isThere,
  });
  const proposals = proposedTags({ offer, details: details.data, tags });
  const proposed = proposals.find((each) => each.pattern === pattern);
  return {
    tag: typed ?? proposed?.tag ?? offer.suggestedTag,
    pattern: typed === undefined ? proposed?.pattern : undefined,
    proposals,
    isReading: details.isLoading || isReading,
    type: setTyped,
    pick(next) {
      setTyped(undefined);
      setPicked(next);
    },
    read: () => setAsked(true),
    keep() {
      if (typed === undefined && proposed !== undefined) remember(key, proposed.pattern);
    },
  };
}
