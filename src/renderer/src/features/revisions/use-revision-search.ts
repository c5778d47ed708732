import { useEffect, useState } from 'react';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import { MOST_SEARCHED, type Revision } from '../../../../shared/model/revision.ts';
import { useEngineStream } from '../../lib/streams.ts';
import type { ListedRevision } from './family-names.ts';

export interface SearchReading {
  readonly byArn: ReadonlyMap<string, Revision>;
  /** Whether more may come. */
  readonly isReading: boolean;
  readonly error: SlipwayError | undefined;
}

/** Reads what a search looks at, of the newest MOST_SEARCHED revisions, as long as there is a search. What has been read stays. */
export function useRevisionSearch(
  scope: Scope,
  revisions: readonly ListedRevision[],
  isSearching: boolean,
): SearchReading {
  const [byArn, setByArn] = useState<ReadonlyMap<string, Revision>>(new Map());
  const { current, start, cancel } = useEngineStream('revisions.search', {
    onEvent: (event) =>
      setByArn((before) => {
        const after = new Map(before);
        for (const revision of event.revisions) after.set(revision.arn, revision);
        return after;
      }),
  });
  const { account, region } = scope;
  useEffect(() => {
    if (!isSearching || revisions.length === 0) return;
    void start({ account, region, revisions: revisions.slice(0, MOST_SEARCHED).map(({ arn }) => arn) });
    return cancel;
  }, [isSearching, revisions, account, region, start, cancel]);
  return {
    byArn,
    isReading: current.state === 'running',
    error: current.state === 'failed' ? current.error : undefined,
  };
}
