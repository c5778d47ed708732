import { Button } from '@mantine/core';
import type { FamilyUse } from '../../../../shared/model/revision.ts';
import { useIsOffline } from '../../lib/outage.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Mark } from '../../ui/mark.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { UI_TEXT } from '../../ui/ui-text.ts';
import styles from './revision-timeline.module.css';
import { REVISIONS_TEXT, USE_TEXT } from './revisions-text.ts';
import type { ReadAgain } from './use-family-use.ts';

interface UseNoteProps {
  readonly reading: FamilyUse | undefined;
  readonly again: ReadAgain;
}

/** How much is known about the use of a family, below its list. */
export function UseNote({ reading, again }: UseNoteProps) {
  // Then the window says why nothing can be read.
  const isOffline = useIsOffline();
  if (reading === undefined) return null;
  const { problem, notRead, unknown, notChecked, readAt, uses } = reading;
  return (
    <div className={styles.note}>
      {notRead.map(({ part, reason }) => (
        <p key={part}>
          <Mark kind="warning" label={USE_TEXT.warning} />{' '}
          {USE_TEXT.notRead(part, isOffline ? UI_TEXT.noConnection : reason)}
        </p>
      ))}
      {unknown.map(({ source, reason }) => (
        <p key={source}>
          <Mark kind="warning" label={USE_TEXT.warning} /> {USE_TEXT.unknown(source, reason)}
        </p>
      ))}
      <p>
        {problem === undefined ? (
          <>
            {USE_TEXT.inUse(uses.length)} <RelativeTime at={readAt} />.
          </>
        ) : isOffline ? (
          UI_TEXT.noConnection
        ) : (
          problem
        )}{' '}
        {USE_TEXT.notChecked(notChecked)}{' '}
        <Button
          size="compact-xs"
          variant="subtle"
          aria-label={USE_TEXT.refreshUse}
          loading={again.isReading}
          onClick={again.start}
        >
          {REVISIONS_TEXT.refresh}
        </Button>
      </p>
      {again.error && <ErrorNotice error={again.error} />}
    </div>
  );
}
