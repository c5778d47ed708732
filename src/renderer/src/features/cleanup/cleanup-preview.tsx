import { useState } from 'react';
import type {
  CleanupItem,
  CleanupPlan,
  CleanupPolicy,
  CleanupTarget,
} from '../../../../shared/model/cleanup.ts';
import { formatDuration } from '../../lib/format.ts';
import { useEngineWatch } from '../../lib/streams.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { targetLabel, verdictLabel } from './cleanup-job-labels.ts';
import { CleanupStart } from './cleanup-start.tsx';
import { type CleanupRow, CleanupTable } from './cleanup-table.tsx';
import { CleanupTotals } from './cleanup-totals.tsx';
import { usePreviewProgress } from './preview-progress.ts';
import { PreviewReading, PreviewRefused } from './preview-reading.tsx';
import { PreviewWarnings } from './preview-warnings.tsx';

interface CleanupPreviewProps {
  readonly target: CleanupTarget;
  readonly policy: CleanupPolicy;
  readonly onStarted: () => void;
}

/** What would go and what stays. The preview is made once and does not change under the reader's eyes. */
export function CleanupPreview({ target, policy, onStarted }: CleanupPreviewProps) {
  const progress = usePreviewProgress();
  const { current, restart } = useEngineWatch(
    'cleanup.plan',
    { ...target, policy },
    { onEvent: progress.take },
  );
  if (current.state === 'failed') return <PreviewRefused error={current.error} onRetry={restart} />;
  if (current.state === 'done') return <Preview plan={current.output} onStarted={onStarted} />;
  return <PreviewReading what={targetLabel(target)} progress={progress.label} />;
}

function Preview({ plan, onStarted }: { readonly plan: CleanupPlan; readonly onStarted: () => void }) {
  const [family, setFamily] = useState<string>();
  const items =
    family === undefined ? plan.items : plan.items.filter(({ name }) => name.startsWith(`${family}:`));
  return (
    <>
      <Card title={`Preview of ${targetLabel(plan.target)}`} aside={countLabel(plan)}>
        <PreviewWarnings warnings={plan.warnings} />
        {plan.totals.length > 1 && (
          <CleanupTotals
            label="Totals of each family"
            totals={plan.totals.map((total) => ({ ...total, name: total.family }))}
            chosen={family}
            onChoose={setFamily}
          />
        )}
        {plan.items.length === 0 ? (
          <EmptyState title="No active revisions" />
        ) : (
          <CleanupTable
            key={family}
            things="revisions"
            items={items}
            rowOf={rowOf}
            labelOf={({ name, status }) => `${name} ${status}`}
          />
        )}
      </Card>
      {plan.removing > 0 && (
        <CleanupStart plan={plan} warning={warning(plan)} action={actionLabel(plan)} onStarted={onStarted} />
      )}
    </>
  );
}

function rowOf({ arn, name, status }: CleanupItem): CleanupRow {
  return { key: arn, name, facts: [status] };
}

/** `30 go, 12 stay, about 30 s`. */
function countLabel(plan: CleanupPlan): string {
  const counts = verdictLabel(plan);
  return plan.removing === 0
    ? counts
    : `${counts}, about ${formatDuration(plan.expectedMs)} at the rate that AWS allows`;
}

function warning({ policy, environment }: CleanupPlan): string {
  const where = environment === 'production' ? 'This is production. ' : '';
  return policy.deletePermanently ? `${where}Deletion cannot be undone.` : where.trim();
}

function actionLabel({ removing, policy }: CleanupPlan): string {
  const revisions = removing === 1 ? '1 revision' : `${removing} revisions`;
  return policy.deletePermanently ? `Delete ${revisions} permanently` : `Deregister ${revisions}`;
}
