import { Link } from '@tanstack/react-router';
import type { ServiceHistory } from '../../../../shared/model/history.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { Mono } from '../../ui/mono.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Tag } from '../../ui/tag.tsx';
import { ImageVersionLine } from '../revisions/image-version-line.tsx';
import { personName } from '../revisions/person-name.ts';
import styles from './deployment-row.module.css';

interface EarlierRevisionsProps {
  readonly service: ServiceRef;
  readonly history: ServiceHistory;
}

/** The revisions of the time before ECS kept deployments. They may have run, or not. */
export function EarlierRevisions({ service, history }: EarlierRevisionsProps) {
  const { earlier, earlierCount } = history;
  if (earlier.length === 0) return null;
  const hidden = earlierCount - earlier.length;
  return (
    <section aria-label="Before the first recorded deployment" className={styles.earlier}>
      <h3>Before the first recorded deployment</h3>
      <p className={styles.soft}>
        ECS keeps deployments for 90 days. These revisions are older, so Slipway can't tell whether they were
        deployed.
      </p>
      <ol>
        {earlier.map(({ revision, images }) => (
          <li key={revision.arn}>
            <Mono>
              <b>{revision.name}</b>
            </Mono>
            <Tag kind="idle">result unknown</Tag>
            <span className={styles.line}>
              <Mono>{images[0] && <ImageVersionLine difference={images[0]} />}</Mono>
            </span>
            <span className={styles.soft}>
              {revision.registeredBy !== undefined && `registered by ${personName(revision.registeredBy)}`}
            </span>
            <span className={styles.soft}>
              {revision.registeredAt !== undefined && <RelativeTime at={revision.registeredAt} />}
            </span>
          </li>
        ))}
      </ol>
      {hidden > 0 && (
        <Link
          to="/a/$account/$region/c/$cluster/s/$service"
          params={service}
          search={(now) => ({ ...now, tab: 'revisions' })}
        >
          {hidden} more in Revisions
        </Link>
      )}
    </section>
  );
}
