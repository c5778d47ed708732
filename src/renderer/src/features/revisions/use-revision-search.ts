import { startTransition, useEffect, useRef, useState } from 'react';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import { MOST_SEARCHED, type Revision } from '../../../../shared/model/revision.ts';
import { useEngineStream } from '../../lib/streams.ts';
import type { ListedRevision } from './family-names.ts';

/** What arrives in quick succession is filtered and drawn together. */
const SHOWN_EVERY_MS = 200;

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
  const arrived = useRef<Revision[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const showArrived = (): void => {
    timer.current = undefined;
    const revisions = arrived.current.splice(0);
    startTransition(() =>
      setByArn((before) => {
        const after = new Map(before);
        for (const revision of revisions) after.set(revision.arn, revision);
        return after;
      }),
    );
  };
  const { current, start, cancel } = useEngineStream('revisions.search', {
    onEvent: (event) => {
      arrived.current.push(...event.revisions);
      timer.current ??= setTimeout(showArrived, SHOWN_EVERY_MS);
    },
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
