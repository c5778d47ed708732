import { useQuery } from '@tanstack/react-query';
import type { Scope } from '../../../../shared/model/account.ts';
import type { CleanupPlan, CleanupPolicy } from '../../../../shared/model/cleanup.ts';
import { useEngine } from '../../lib/engine.ts';
import { formatDuration } from '../../lib/format.ts';
import { engineQuery } from '../../lib/queries.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { CleanupRun } from './cleanup-run.tsx';
import { CleanupTable } from './cleanup-table.tsx';

interface CleanupPreviewProps {
  readonly scope: Scope;
  readonly family: string;
  readonly policy: CleanupPolicy;
  readonly onRunningChange: (running: boolean) => void;
}

/** What would go and what stays. The preview is made once and does not change under the reader's eyes. */
export function CleanupPreview({ scope, family, policy, onRunningChange }: CleanupPreviewProps) {
  const input = { account: scope.account, region: scope.region, family, policy };
  const plan = useQuery({
    ...engineQuery(useEngine(), 'cleanup.plan', input),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

  if (plan.isFetching) {
    return (
      <Card title={`Reading what uses ${family}`}>
        <LoadingRows what={`what uses ${family}`} rows={8} height={28} />
      </Card>
    );
  }
  if (plan.isError) {
    return (
      <Card title="Nothing can be removed">
        <ErrorNotice error={plan.error} onRetry={() => void plan.refetch()} />
      </Card>
    );
  }
  if (plan.data === undefined) return null;
  return (
    <>
      <Card title={`Preview of ${family}`} aside={countWords(plan.data)}>
        {plan.data.items.length === 0 ? (
          <EmptyState title={`${family} has no ACTIVE revision.`} />
        ) : (
          <CleanupTable items={plan.data.items} />
        )}
      </Card>
      <CleanupRun plan={plan.data} onRunningChange={onRunningChange} />
    </>
  );
}

/** `30 go, 12 stay, about 30 s`. */
function countWords({ removing, keeping, expectedMs }: CleanupPlan): string {
  const counts = `${removing} ${removing === 1 ? 'goes' : 'go'}, ${keeping} ${keeping === 1 ? 'stays' : 'stay'}`;
  return removing === 0
    ? counts
    : `${counts}, about ${formatDuration(expectedMs)} at the rate that AWS allows`;
}
