import { IconGitCompare, IconPencil, IconPlayerPlay } from '@tabler/icons-react';
import { memo } from 'react';
import type { ImageDifference, TimelineEntry } from '../../../../shared/model/revision.ts';
import { personName } from '../../lib/person-name.ts';
import { ImageVersionLine } from '../../ui/image-version-line.tsx';
import { Mark } from '../../ui/mark.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StateTag, Tag } from '../../ui/tag.tsx';
import type { ListedRevision } from './family-names.ts';
import { REVISIONS_TEXT } from './revisions-text.ts';
import styles from './timeline-list.module.css';

/** Pixels of a row, whatever it will hold: nothing moves when the details arrive. */
export const ROW_HEIGHT = 51;

/** What uses a revision, the strongest first; `running` is the one that the service is on. */
export interface RevisionUse {
  readonly running: boolean;
  readonly reasons: readonly string[];
}

interface TimelineRowProps {
  readonly revision: ListedRevision;
  /** Missing until it has been read. */
  readonly entry: TimelineEntry | undefined;
  /** The name of the revision listed before. */
  readonly previous: string | undefined;
  readonly use: RevisionUse | undefined;
  /** Why its last release failed. */
  readonly failure: string | undefined;
  readonly chosen: boolean;
  readonly onToggle: (name: string) => void;
  readonly onCompare: (before: string, after: string) => void;
  readonly onEdit: (name: string) => void;
  /** Missing where no service is known in whose place it could run. */
  readonly onRun: ((name: string) => void) | undefined;
}

/** One revision: what it is and who uses it, its image version, what else changed, who and when. */
export const TimelineRow = memo(function TimelineRow(props: TimelineRowProps) {
  const { revision, entry, previous, use, failure, chosen, onToggle, onCompare, onEdit, onRun } = props;
  const { name, status } = revision;
  return (
    <>
      <input
        type="checkbox"
        className={styles.choice}
        aria-label={REVISIONS_TEXT.select(name)}
        checked={chosen}
        onChange={() => onToggle(name)}
      />
      <div>
        <div className={styles.name} title={name}>
          {name}
        </div>
        <div className={styles.line}>
          {status !== 'ACTIVE' && (
            <Tag kind="idle">
              {status === 'INACTIVE' ? REVISIONS_TEXT.inactive : REVISIONS_TEXT.beingDeleted}
            </Tag>
          )}
          {use && <Use use={use} />}{' '}
          {failure !== undefined && (
            <span title={failure}>
              <Tag kind="failed">{REVISIONS_TEXT.failed}</Tag>
            </span>
          )}
        </div>
      </div>
      {entry ? <Details entry={entry} /> : <div className={styles.blank} />}
      <div className={styles.acts}>
        {previous !== undefined && (
          <button
            type="button"
            className={styles.compare}
            title={REVISIONS_TEXT.compareWith(previous)}
            aria-label={REVISIONS_TEXT.compareBoth(name, previous)}
            onClick={() => onCompare(previous, name)}
          >
            <IconGitCompare size={14} aria-hidden />
          </button>
        )}
        {onRun !== undefined && status === 'ACTIVE' && (
          <button
            type="button"
            className={styles.compare}
            title={REVISIONS_TEXT.run}
            aria-label={REVISIONS_TEXT.runOf(name)}
            onClick={() => onRun(name)}
          >
            <IconPlayerPlay size={14} aria-hidden />
          </button>
        )}
        <button
          type="button"
          className={styles.compare}
          title={REVISIONS_TEXT.edit}
          aria-label={REVISIONS_TEXT.editAsNew(name)}
          onClick={() => onEdit(name)}
        >
          <IconPencil size={14} aria-hidden />
        </button>
      </div>
    </>
  );
});

function Use({ use: { running, reasons } }: { readonly use: RevisionUse }) {
  if (running) return <StateTag kind="ok">{REVISIONS_TEXT.running}</StateTag>;
  const [first = ''] = reasons;
  const more = reasons.length > 1 ? ` +${reasons.length - 1}` : '';
  return (
    <span className={styles.use} title={reasons.join('\n')}>
      <Mark kind={first.startsWith('rollback target') ? 'idle' : 'ok'} /> {first}
      {more}
    </span>
  );
}

function Details({ entry }: { readonly entry: TimelineEntry }) {
  const { note, registeredBy, registeredAt } = entry.revision;
  return (
    <>
      <ImageVersion images={entry.images} />
      <div className={styles.text}>
        {note !== undefined && (
          <div className={styles.line} title={note}>
            {note}
          </div>
        )}
        <div className={`${styles.line} ${styles.soft}`} title={entry.summary}>
          {entry.summary}
        </div>
      </div>
      <div className={styles.soft}>
        <div className={styles.line}>{registeredAt !== undefined && <RelativeTime at={registeredAt} />}</div>
        <div className={styles.line} title={registeredBy}>
          {registeredBy !== undefined && personName(registeredBy)}
        </div>
      </div>
    </>
  );
}

const LINES = 2;

/** The containers whose image version changed come first; what has no line of its own is counted. */
function ImageVersion({ images }: { readonly images: readonly ImageDifference[] }) {
  const ordered = images.toSorted((one, other) => quiet(one) - quiet(other));
  const hidden = ordered.slice(LINES);
  return (
    <div className={styles.imageVersion}>
      {ordered.slice(0, LINES).map((image, place) => (
        <div key={image.container} className={styles.line}>
          {images.length > 1 && <span className={styles.container}>{image.container} </span>}
          <ImageVersionLine difference={image} />
          {place === LINES - 1 && hidden.length > 0 && (
            <span className={styles.container} title={hidden.map(({ container }) => container).join(', ')}>
              {' '}
              +{hidden.length}
            </span>
          )}
        </div>
      ))}
    </div>
  );
}

function quiet({ change }: ImageDifference): number {
  return Number(change === 'unchanged' || change === 'same-tag' || change === 'first');
}
