import { useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import { ImageCleanupPolicy, type ImageCleanupTarget } from '../../../../shared/model/image-cleanup.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import type { ImageCleanupSearch } from '../../lib/search.ts';
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

export interface ImageCleanupPageProps {
  readonly scope: Scope;
  readonly search?: ImageCleanupSearch;
}

/** The preview of the one image that the address names. */
function askedBy(scope: Scope, { repository, image }: ImageCleanupSearch): Asked | undefined {
  if (repository === undefined || image === undefined) return undefined;
  const target = { ...scope, repositories: [repository], images: [image] };
  return { target, policy: ImageCleanupPolicy.parse({ keepNewest: 1 }) };
}

/** Clears images that nothing refers to out of chosen repositories, or one image that the address names. */
export function ImageCleanupPage({ scope: { account, region }, search = {} }: ImageCleanupPageProps) {
  const scope = { account, region };
  const ofAddress = askedBy(scope, search);
  const [isStarted, setStarted] = useState(false);
  return (
    <CleanupFrame scope={scope}>
      {ofAddress === undefined || isStarted ? (
        <ChosenRepositories scope={scope} />
      ) : (
        <ImageCleanupPreview {...ofAddress} onStarted={() => setStarted(true)} />
      )}
    </CleanupFrame>
  );
}

function ChosenRepositories({ scope: { account, region } }: { readonly scope: Scope }) {
  const { asked, ask, putAway } = useAsked<Asked>();
  const saved = useEngineQuery('cleanup.imagePolicy', { account, region });
  return (
    <>
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
    </>
  );
}
