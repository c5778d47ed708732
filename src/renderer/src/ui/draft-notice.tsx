import { Button } from '@mantine/core';
import styles from './draft-notice.module.css';
import { RelativeTime } from './relative-time.tsx';
import { DRAFT_TEXT } from './ui-text.ts';

interface DraftNoticeProps {
  /** When the draft was changed last. */
  readonly at: string;
  /** The names of values that were not stored. */
  readonly missing?: readonly string[];
  /** What has changed since, as a sentence. */
  readonly since?: string | undefined;
  readonly onDiscard: () => void;
}

/** Says that the page shows a draft of an earlier visit, and offers to start again without it. */
export function DraftNotice({ at, missing = [], since, onDiscard }: DraftNoticeProps) {
  return (
    <div className={styles.notice} role="status">
      <span>
        {DRAFT_TEXT.restored} <RelativeTime at={at} />.{since !== undefined && ` ${since}`}
        {missing.length > 0 && ` ${DRAFT_TEXT.missing(missing)}`}
      </span>
      <Button size="compact-xs" onClick={onDiscard}>
        {DRAFT_TEXT.discard}
      </Button>
    </div>
  );
}
