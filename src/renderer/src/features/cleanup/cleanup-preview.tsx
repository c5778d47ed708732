import type {
  CleanupItem,
  CleanupPlan,
  CleanupPolicy,
  CleanupTarget,
} from '../../../../shared/model/cleanup.ts';
import { useRefusals } from '../../lib/refusals.ts';
import { useEngineWatch } from '../../lib/streams.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { CleanupStart } from './cleanup-start.tsx';
import { type CleanupRow, CleanupTable } from './cleanup-table.tsx';
import {
  PREVIEW_TEXT,
  revisionActionLabel,
  revisionSummary,
  revisionWarning,
  targetLabel,
  verdictLabel,
} from './cleanup-text.ts';
import { CleanupTotals } from './cleanup-totals.tsx';
import { usePreviewProgress } from './preview-progress.ts';
import { PreviewReading, PreviewRefused } from './preview-reading.tsx';
import { PreviewWarnings } from './preview-warnings.tsx';
import { useCleanupSearch } from './use-cleanup-search.ts';
import { useExclusions } from './use-exclusions.ts';

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
  const [{ of }, change] = useCleanupSearch();
  const family = plan.totals.find((total) => total.family === of)?.family;
  const exclusions = useExclusions();
  const excluded = exclusions.all.size;
  const { account, region, families } = plan.target;
  const [only, ...others] = families ?? [];
  const refusals = useRefusals({
    account,
    region,
    changes: ['deregister', ...(plan.policy.deletePermanently ? (['delete-revisions'] as const) : [])],
    ...(only === undefined || others.length > 0 ? {} : { family: only }),
  });
  const left = plan.removing - excluded;
  const items =
    family === undefined ? plan.items : plan.items.filter(({ name }) => name.startsWith(`${family}:`));
  return (
    <>
      <Card title={PREVIEW_TEXT.of(targetLabel(plan.target))} aside={verdictLabel(plan)}>
        <PreviewWarnings warnings={plan.warnings} checks={plan.checks} />
        {plan.totals.length > 1 && (
          <CleanupTotals
            label={PREVIEW_TEXT.familyTotals}
            totals={plan.totals.map((total) => ({ ...total, name: total.family }))}
            chosen={family}
            onChoose={(next) => change({ of: next, show: undefined, q: undefined })}
          />
        )}
        {plan.items.length === 0 ? (
          <EmptyState title={PREVIEW_TEXT.noRevisions} />
        ) : (
          <CleanupTable
            key={family}
            things="revisions"
            items={items}
            columns={PREVIEW_TEXT.revisionColumns}
            rowOf={rowOf}
            labelOf={({ name, status }) => `${name} ${status}`}
            exclusions={exclusions}
          />
        )}
      </Card>
      {plan.removing > 0 && (
        <CleanupStart
          refusals={refusals}
          plan={plan}
          warning={revisionWarning(plan)}
          excluded={exclusions.chosen}
          isEmpty={left === 0}
          summary={revisionSummary(plan, left)}
          action={revisionActionLabel(plan, left)}
          onStarted={onStarted}
        />
      )}
    </>
  );
}

function rowOf({ arn, name, status, registeredAt }: CleanupItem): CleanupRow {
  return {
    key: arn,
    name,
    // Only what the rules need to know is read of a revision.
    facts: [
      registeredAt === undefined ? PREVIEW_TEXT.notRead : <RelativeTime key="registered" at={registeredAt} />,
      status,
    ],
  };
}
