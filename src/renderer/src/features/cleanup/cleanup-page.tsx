import type { Scope } from '../../../../shared/model/account.ts';
import type { CleanupPolicy, CleanupTarget } from '../../../../shared/model/cleanup.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { NoSuchFamily } from '../../ui/no-such-family.tsx';
import { useAsked } from './asked.ts';
import { CleanupFrame } from './cleanup-frame.tsx';
import { CleanupPreview } from './cleanup-preview.tsx';
import { CLEANUP_TEXT } from './cleanup-text.ts';
import { PolicyForm } from './policy-form.tsx';

export interface CleanupPageProps {
  readonly scope: Scope;
  /** The family that is chosen to begin with. */
  readonly family?: string | undefined;
}

interface Asked {
  readonly target: CleanupTarget;
  readonly policy: CleanupPolicy;
}

/** Clears old revisions: what runs already, a policy, and the preview of what goes and stays. */
export function CleanupPage({ scope, family }: CleanupPageProps) {
  const { asked, ask, putAway } = useAsked<Asked>();
  const isMissing = useIsMissing(scope, family);
  if (family !== undefined && isMissing) {
    return (
      <CleanupFrame scope={scope}>
        <NoSuchFamily scope={scope} family={family} />
      </CleanupFrame>
    );
  }
  return (
    <CleanupFrame scope={scope}>
      <Card title={CLEANUP_TEXT.oldRevisions}>
        <CardBody>
          <SavedPolicyForm
            scope={scope}
            family={family}
            onPreview={(target, policy) => ask({ target, policy })}
          />
        </CardBody>
      </Card>
      {asked ? (
        <CleanupPreview key={asked.number} target={asked.target} policy={asked.policy} onStarted={putAway} />
      ) : (
        <EmptyState title={CLEANUP_TEXT.nothingYet}>{CLEANUP_TEXT.revisionsHelp}</EmptyState>
      )}
    </CleanupFrame>
  );
}

/** Whether a family has no revision of any status: all are listed only where it isn't among those with ACTIVE ones. */
function useIsMissing({ account, region }: Scope, family: string | undefined): boolean {
  const active = useEngineQuery('families.list', { account, region }, { enabled: family !== undefined });
  const isUnlisted = active.data?.every((each) => each.family !== family) === true;
  const all = useEngineQuery('families.all', { account, region }, { enabled: isUnlisted });
  return isUnlisted && all.data?.every((each) => each.family !== family) === true;
}

interface SavedPolicyFormProps {
  readonly scope: Scope;
  readonly family: string | undefined;
  readonly onPreview: (target: CleanupTarget, policy: CleanupPolicy) => void;
}

/** The form, once it is known what it begins with. */
function SavedPolicyForm({ scope, family, onPreview }: SavedPolicyFormProps) {
  const { account, region } = scope;
  const saved = useEngineQuery('cleanup.policy', { account, region });
  if (saved.isPending) return <LoadingRows what="the saved policy" rows={3} height={54} />;
  return (
    <>
      {saved.isError && <ErrorNotice error={saved.error} onRetry={() => void saved.refetch()} />}
      <PolicyForm scope={scope} family={family} saved={saved.data?.policy} onPreview={onPreview} />
    </>
  );
}
