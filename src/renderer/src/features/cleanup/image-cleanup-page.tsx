import type { Scope } from '../../../../shared/model/account.ts';
import type { ImageCleanupPolicy, ImageCleanupTarget } from '../../../../shared/model/image-cleanup.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { useAsked } from './asked.ts';
import { CleanupFrame } from './cleanup-frame.tsx';
import { CLEANUP_TEXT } from './cleanup-text.ts';
import { ImageCleanupPreview } from './image-cleanup-preview.tsx';
import { ImagePolicyForm } from './image-policy-form.tsx';

interface Asked {
  readonly target: ImageCleanupTarget;
  readonly policy: ImageCleanupPolicy;
}

/** Clears images that nothing refers to out of chosen repositories. */
export function ImageCleanupPage({ scope: { account, region } }: { readonly scope: Scope }) {
  const { asked, ask, putAway } = useAsked<Asked>();
  const saved = useEngineQuery('cleanup.imagePolicy', { account, region });
  return (
    <CleanupFrame scope={{ account, region }}>
      <Card title={CLEANUP_TEXT.unusedImages}>
        <CardBody>
          {saved.isError && <ErrorNotice error={saved.error} onRetry={() => void saved.refetch()} />}
          {saved.isPending ? (
            <LoadingRows what="the saved policy" rows={3} height={54} />
          ) : (
            <ImagePolicyForm
              scope={{ account, region }}
              saved={saved.data?.policy}
              onPreview={(target, policy) => ask({ target, policy })}
            />
          )}
        </CardBody>
      </Card>
      {asked ? (
        <ImageCleanupPreview
          key={asked.number}
          target={asked.target}
          policy={asked.policy}
          onStarted={putAway}
        />
      ) : (
        <EmptyState title={CLEANUP_TEXT.nothingYet}>{CLEANUP_TEXT.imagesHelp}</EmptyState>
      )}
    </CleanupFrame>
  );
}
