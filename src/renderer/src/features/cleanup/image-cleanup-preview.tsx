import {
  type ImageCleanupItem,
  type ImageCleanupPlan,
  type ImageCleanupPolicy,
  type ImageCleanupTarget,
  imageKey,
  withFollowers,
} from '../../../../shared/model/image-cleanup.ts';
import { shortDigest } from '../../lib/format.ts';
import { useRefusals } from '../../lib/refusals.ts';
import { useEngineWatch } from '../../lib/streams.ts';
import { Bytes } from '../../ui/bytes.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { CleanupStart } from './cleanup-start.tsx';
import { type CleanupRow, CleanupTable } from './cleanup-table.tsx';
import {
  imageActionLabel,
  imageSummary,
  imageWarning,
  PREVIEW_TEXT,
  repositoriesLabel,
  verdictLabel,
} from './cleanup-text.ts';
import { CleanupTotals } from './cleanup-totals.tsx';
import { usePreviewProgress } from './preview-progress.ts';
import { PreviewReading, PreviewRefused } from './preview-reading.tsx';
import { PreviewWarnings } from './preview-warnings.tsx';
import { useCleanupSearch } from './use-cleanup-search.ts';
import { useExclusions } from './use-exclusions.ts';

interface ImageCleanupPreviewProps {
  readonly target: ImageCleanupTarget;
  readonly policy: ImageCleanupPolicy;
  readonly onStarted: () => void;
}

/** Which images would go and which stay. The preview is made once and does not change under the reader's eyes. */
export function ImageCleanupPreview({ target, policy, onStarted }: ImageCleanupPreviewProps) {
  const progress = usePreviewProgress();
  const input = { ...target, policy };
  const { current, restart } = useEngineWatch('cleanup.planImages', input, { onEvent: progress.take });
  if (current.state === 'failed') return <PreviewRefused error={current.error} onRetry={restart} />;
  if (current.state === 'done') return <Preview plan={current.output} onStarted={onStarted} />;
  return <PreviewReading what={repositoriesLabel(target)} progress={progress.label} />;
}

function Preview({ plan, onStarted }: { readonly plan: ImageCleanupPlan; readonly onStarted: () => void }) {
  const [{ of }, change] = useCleanupSearch();
  const chosen = plan.totals.find((total) => total.repository === of)?.repository;
  const going = plan.items.filter(({ verdict }) => verdict === 'remove');
  const exclusions = useExclusions((excluded) => withFollowers(going, excluded));
  const { account, region, repositories } = plan.target;
  const [only, ...others] = repositories;
  const refusals = useRefusals({
    account,
    region,
    changes: ['delete-images'],
    ...(only === undefined || others.length > 0 ? {} : { repository: only }),
  });
  const left = going.filter((image) => !exclusions.all.has(imageKey(image)));
  const items =
    chosen === undefined ? plan.items : plan.items.filter(({ repository }) => repository === chosen);
  return (
    <>
      <Card title={PREVIEW_TEXT.of(repositoriesLabel(plan.target))} aside={verdictLabel(plan)}>
        <PreviewWarnings warnings={plan.warnings} checks={plan.checks} />
        {plan.totals.length > 1 && (
          <CleanupTotals
            label={PREVIEW_TEXT.repositoryTotals}
            totals={plan.totals.map((total) => ({ ...total, name: total.repository }))}
            chosen={chosen}
            onChoose={(next) => change({ of: next, show: undefined, q: undefined })}
          />
        )}
        {plan.items.length === 0 ? (
          <EmptyState title={PREVIEW_TEXT.noImages} />
        ) : (
          <CleanupTable
            key={chosen}
            things="images"
            items={items}
            columns={PREVIEW_TEXT.imageColumns}
            rowOf={rowOf}
            labelOf={({ repository, digest, tags }) => [repository, digest, ...tags].join(' ')}
            exclusions={exclusions}
          />
        )}
      </Card>
      {plan.removing > 0 && (
        <CleanupStart
          refusals={refusals}
          plan={plan}
          warning={imageWarning(plan)}
          excluded={exclusions.chosen}
          isEmpty={left.length === 0}
          summary={imageSummary(plan, left)}
          action={imageActionLabel(left.length)}
          onStarted={onStarted}
        />
      )}
    </>
  );
}

function rowOf(image: ImageCleanupItem): CleanupRow {
  const { repository, digest, tags, kind, sizeBytes, pushedAt } = image;
  const [tag, ...others] = tags;
  const name = tag === undefined ? `${repository}@${shortDigest(digest)}` : `${repository}:${tag}`;
  return {
    key: imageKey(image),
    name: others.length === 0 ? name : `${name} +${others.length}`,
    title: [...tags, digest].join('\n'),
    facts: [
      pushedAt !== undefined && <RelativeTime key="pushed" at={pushedAt} />,
      kind === 'index' ? PREVIEW_TEXT.index : <Bytes key="size" value={sizeBytes} />,
    ],
  };
}
