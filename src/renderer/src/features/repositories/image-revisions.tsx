import { Link } from '@tanstack/react-router';
import { useAccountName } from '../../lib/account-name.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import type { RevisionUse } from './image-rows.ts';
import styles from './repositories.module.css';
import { REPOSITORIES_TEXT } from './repositories-text.ts';

/** Revisions that name an image and that nothing runs. */
export function ImageRevisions({ revisions }: { readonly revisions: readonly RevisionUse[] }) {
  const accountName = useAccountName();
  if (revisions.length === 0) return null;
  return (
    <>
      <h3 className={styles.heading}>{REPOSITORIES_TEXT.namedBy}</h3>
      <p className={styles.soft}>{REPOSITORIES_TEXT.namedByHelp}</p>
      <ul className={styles.places}>
        {revisions.map(({ account, region, revision, container, readAt }) => (
          <li key={JSON.stringify([account, region, revision, container])}>
            <Link
              to="/a/$account/$region/families/$family"
              params={{ account, region, family: revision.slice(0, revision.lastIndexOf(':')) }}
            >
              {revision}
            </Link>{' '}
            <span className={styles.soft}>
              {accountName(account)} {region}, {container}, <RelativeTime at={readAt} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
