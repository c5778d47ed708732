import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type { FamilyUse } from '../../../../shared/model/revision.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { toSlipwayError, useEngine } from '../../lib/engine.ts';
import { engineQuery, useEngineQuery } from '../../lib/queries.ts';
import type { RevisionUse } from './timeline-row.tsx';

const KEPT_MS = 10 * 60_000;
const RUNNING: RevisionUse = { running: true, reasons: [] };

export interface UseOfFamily {
  readonly usedBy: (arn: string) => RevisionUse | undefined;
  /** What was read and when; missing where a family is looked at from a service. */
  readonly reading: FamilyUse | undefined;
  readonly readAgain: ReadAgain;
}

/** Reads the use again instead of taking the one cached for ten minutes. */
export interface ReadAgain {
  readonly start: () => void;
  readonly isReading: boolean;
  readonly error: SlipwayError | null;
}

/**
 * What uses the revisions of a family. From a service it is what that service is on, which its page has read; otherwise
 * every cluster of the account and region has to be looked at.
 */
export function useFamilyUse(scope: Scope, family: string, service: ServiceRef | undefined): UseOfFamily {
  const { account, region } = scope;
  const detail = useEngineQuery('services.get', service ?? { account, region, cluster: '', service: '' }, {
    enabled: service !== undefined,
    staleMs: 15_000,
  });
  const use = useEngineQuery(
    'families.use',
    { account, region, family },
    { enabled: service === undefined, staleMs: KEPT_MS },
  );
  const running = service && detail.data?.taskDefinitionArn;
  const uses = use.data?.uses;
  const byArn = useMemo(
    () => new Map(uses?.map(({ arn, reasons }) => [arn, { running: false, reasons }] as const)),
    [uses],
  );
  const usedBy = useCallback((arn: string) => (arn === running ? RUNNING : byArn.get(arn)), [running, byArn]);
  const client = useEngine();
  const queryClient = useQueryClient();
  const again = useMutation({
    mutationFn: async () => {
      try {
        return await client.call('families.use', { account, region, family, refresh: true });
      } catch (thrown) {
        throw toSlipwayError(thrown);
      }
    },
    onSuccess: (answer) =>
      queryClient.setQueryData(
        engineQuery(client, 'families.use', { account, region, family }).queryKey,
        answer,
      ),
  });
  const readAgain = { start: () => again.mutate(), isReading: again.isPending, error: again.error };
  return { usedBy, reading: use.data, readAgain };
}
