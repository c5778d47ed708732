import { Button } from '@mantine/core';
import type { FamilyUse } from '../../../../shared/model/revision.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Mark } from '../../ui/mark.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import styles from './revision-timeline.module.css';
import type { ReadAgain } from './use-family-use.ts';

interface UseNoteProps {
  readonly reading: FamilyUse | undefined;
  readonly again: ReadAgain;
}

/** How much is known about the use of a family, below its list. */
export function UseNote({ reading, again }: UseNoteProps) {
  if (reading === undefined) return null;
  const { problem, notRead, unknown, notChecked, readAt, uses } = reading;
  return (
    <div className={styles.note}>
      {notRead.map(({ part, reason }) => (
        <p key={part}>
          <Mark kind="warning" label="Warning" /> {part} couldn't be read and may use revisions. {reason}
        </p>
      ))}
      {unknown.map(({ source, reason }) => (
        <p key={source}>
          <Mark kind="warning" label="Warning" /> Any revision may be used by {source}, which {reason}.
        </p>
      ))}
      <p>
        {problem ?? (
          <>
            {uses.length === 1 ? '1 revision is' : `${uses.length} revisions are`} in use by services, their
            deployments and task sets, tasks, rules, schedules or state machines, as of{' '}
            <RelativeTime at={readAt} />.
          </>
        )}{' '}
        Not checked: {notChecked.join(', ')}.{' '}
        <Button
          size="compact-xs"
          variant="subtle"
          aria-label="Refresh usage"
          loading={again.isReading}
          onClick={again.start}
        >
          Refresh
        </Button>
      </p>
      {again.error && <ErrorNotice error={again.error} />}
    </div>
  );
}
