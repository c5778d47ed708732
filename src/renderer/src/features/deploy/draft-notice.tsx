import { Button } from '@mantine/core';
import { RelativeTime } from '../../ui/relative-time.tsx';
import type { RestoredDraft } from './deploy-draft.ts';
import styles from './deploy-form.module.css';
import { DEPLOY_TEXT } from './deploy-text.ts';

interface DraftNoticeProps {
  readonly draft: RestoredDraft;
  /** The revision that the service is on now. */
  readonly revision: string;
  readonly onDiscard: () => void;
}

/** Says that the form holds what somebody typed earlier, and offers to start again without it. */
export function DraftNotice({ draft, revision, onDiscard }: DraftNoticeProps) {
  return (
    <div className={styles.draft} role="status">
      <p>
        {DEPLOY_TEXT.restored} <RelativeTime at={draft.savedAt} />.{' '}
        {draft.revision !== revision && DEPLOY_TEXT.movedOn(draft.revision, revision)}{' '}
        {draft.leftOut.length > 0 && DEPLOY_TEXT.leftOut(draft.leftOut)}
      </p>
      <Button size="compact-xs" onClick={onDiscard}>
        {DEPLOY_TEXT.discardDraft}
      </Button>
    </div>
  );
}
