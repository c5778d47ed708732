import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CleanupPlan, CleanupPolicy, CleanupTarget } from '../../../../shared/model/cleanup.ts';
import { useEngine } from '../../lib/engine.ts';
import { formatDuration } from '../../lib/format.ts';
import { engineQuery } from '../../lib/queries.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mark } from '../../ui/mark.tsx';
import { targetWords } from './cleanup-job-words.ts';
import styles from './cleanup-preview.module.css';
import { CleanupStart } from './cleanup-start.tsx';
import { CleanupTable } from './cleanup-table.tsx';
import { FamilyTotals } from './family-totals.tsx';

interface CleanupPreviewProps {
  readonly target: CleanupTarget;
  readonly policy: CleanupPolicy;
  readonly onStarted: () => void;
}

/** What would go and what stays. The preview is made once and does not change under the reader's eyes. */
export function CleanupPreview({ target, policy, onStarted }: CleanupPreviewProps) {
  const plan = useQuery({
    ...engineQuery(useEngine(), 'cleanup.plan', { ...target, policy }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const what = targetWords(target);

  if (plan.isFetching) {
    return (
      <Card title={`Reading what uses ${what}`}>
        <LoadingRows what={`what uses ${what}`} rows={8} height={28} />
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
  return plan.data === undefined ? null : <Preview plan={plan.data} onStarted={onStarted} />;
}

function Preview({ plan, onStarted }: { readonly plan: CleanupPlan; readonly onStarted: () => void }) {
  const [family, setFamily] = useState<string>();
  const items =
    family === undefined ? plan.items : plan.items.filter(({ name }) => name.startsWith(`${family}:`));
  return (
    <>
      <Card title={`Preview of ${targetWords(plan.target)}`} aside={countWords(plan)}>
        {plan.warnings.map((warning) => (
          <p key={warning} className={styles.warning}>
            <Mark kind="warning" label="Warning" /> {warning}
          </p>
        ))}
        {plan.totals.length > 1 && <FamilyTotals totals={plan.totals} chosen={family} onChoose={setFamily} />}
        {plan.items.length === 0 ? (
          <EmptyState title="There is no ACTIVE revision." />
        ) : (
          <CleanupTable key={family} items={items} />
        )}
      </Card>
      {plan.removing > 0 && <CleanupStart plan={plan} onStarted={onStarted} />}
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
