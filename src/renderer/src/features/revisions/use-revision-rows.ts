import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type { TimelineEntry } from '../../../../shared/model/revision.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngine } from '../../lib/engine.ts';
import { engineQuery } from '../../lib/queries.ts';
import type { ListedRevision } from './family-names.ts';

/** Revisions whose numbers lie in one block of this size are read with one call, wherever they stand in the list. */
const BLOCK = 20;
const KEPT_MS = 10 * 60_000;

interface RowsWanted {
  readonly scope: Scope;
  readonly service: ServiceRef | undefined;
  /** The whole list, newest first: each is compared with the next. */
  readonly revisions: readonly ListedRevision[];
  /** Whether all names have arrived, so that the last one has really none before it. */
  readonly isWhole: boolean;
  /** Those in sight. */
  readonly inSight: readonly ListedRevision[];
}

export interface RevisionRows {
  readonly byArn: ReadonlyMap<string, TimelineEntry>;
  readonly error: SlipwayError | undefined;
  readonly retry: () => void;
}

/** Reads the details of the revisions in sight, a block at a time. */
export function useRevisionRows({ scope, service, revisions, isWhole, inSight }: RowsWanted): RevisionRows {
  const client = useEngine();
  const { account, region } = scope;
  const blocks = useMemo(() => Map.groupBy(revisions.entries(), ([, each]) => blockOf(each)), [revisions]);
  const wanted = [...new Set(inSight.map(blockOf))].flatMap((block) => {
    const members = blocks.get(block) ?? [];
    const [lastPlace = 0] = members.at(-1) ?? [];
    // The one that the last of a block is compared with comes with the next page of names.
    if (!isWhole && lastPlace + 1 >= revisions.length) return [];
    return [
      members.map(([place, { arn }]) => {
        const before = revisions[place + 1]?.arn;
        return { revision: arn, ...(before === undefined ? {} : { before }) };
      }),
    ];
  });
  const from = service && { cluster: service.cluster, service: service.service };
  const queries = useQueries({
    queries: wanted.map((rows) => ({
      ...engineQuery(client, 'revisions.rows', { account, region, rows, ...from }, { staleMs: KEPT_MS }),
      placeholderData: keepPreviousData,
    })),
  });
  const byArn = new Map(
    queries.flatMap(({ data = [] }) => data.map((entry) => [entry.revision.arn, entry] as const)),
  );
  const failed = queries.find(({ isError }) => isError);
  return {
    byArn,
    error: failed?.error ?? undefined,
    retry: () => {
      for (const query of queries) if (query.isError) void query.refetch();
    },
  };
}

function blockOf({ number }: ListedRevision): number {
  return Math.floor(number / BLOCK);
}
