import type { FamilyUse } from '../../../../shared/model/revision.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import styles from './revision-timeline.module.css';

/** How much is known about the use of a family, below its list. */
export function UseNote({ reading }: { readonly reading: FamilyUse | undefined }) {
  if (reading === undefined) return null;
  const { problem, notLookedAt, readAt, uses } = reading;
  return (
    <p className={styles.note}>
      {problem ?? (
        <>
          {uses.length === 1 ? '1 revision is' : `${uses.length} revisions are`} in use by services, their
          deployments and task sets, or tasks, as of <RelativeTime at={readAt} />.
        </>
      )}{' '}
      Not looked at: {notLookedAt.join(', ')}.
    </p>
  );
}
