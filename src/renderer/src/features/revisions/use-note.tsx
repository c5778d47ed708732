import type { FamilyUse } from '../../../../shared/model/revision.ts';
import { Mark } from '../../ui/mark.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import styles from './revision-timeline.module.css';

/** How much is known about the use of a family, below its list. */
export function UseNote({ reading }: { readonly reading: FamilyUse | undefined }) {
  if (reading === undefined) return null;
  const { problem, notRead, unknown, notLookedAt, readAt, uses } = reading;
  return (
    <div className={styles.note}>
      {notRead.map(({ part, reason }) => (
        <p key={part}>
          <Mark kind="warning" label="Warning" /> {part} could not be read, and may use revisions. {reason}
        </p>
      ))}
      {unknown.map(({ source, reason }) => (
        <p key={source}>
          <Mark kind="warning" label="Warning" /> Any revision may be needed by {source}, which {reason}.
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
        Not looked at: {notLookedAt.join(', ')}.
      </p>
    </div>
  );
}
