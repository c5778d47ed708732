import { ActionIcon, Checkbox, Tooltip } from '@mantine/core';
import { IconGitCompare } from '@tabler/icons-react';
import type { ImageDifference, TimelineEntry } from '../../../../shared/model/revision.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StateTag, Tag } from '../../ui/tag.tsx';
import { SoftwareLine } from './software-line.tsx';
import styles from './timeline-list.module.css';

const LINE_HEIGHT = 19;
const PADDING_AND_BORDER = 13;

/** Pixels of a row: a line for each container, and two at least for the note and the summary. */
export function entryHeight({ images }: TimelineEntry): number {
  return PADDING_AND_BORDER + LINE_HEIGHT * Math.max(2, images.length);
}

interface TimelineRowProps {
  readonly entry: TimelineEntry;
  /** The name of the revision registered before. */
  readonly previous: string | undefined;
  readonly chosen: boolean;
  readonly place: {
    /** Pixels from the top of the list. */
    readonly top: number;
    /** Counted from 1; most rows of a long list are not in the page. */
    readonly position: number;
    readonly of: number;
  };
  readonly onToggle: (name: string) => void;
  readonly onCompare: (before: string, after: string) => void;
}

/** One revision: what it is, its software, what else changed, who and when. */
export function TimelineRow({ entry, previous, chosen, place, onToggle, onCompare }: TimelineRowProps) {
  const { revision, images, summary, running } = entry;
  const { name, note, registeredBy, registeredAt, status } = revision;
  return (
    <li
      aria-posinset={place.position}
      aria-setsize={place.of}
      className={styles.row}
      data-chosen={chosen}
      style={{ transform: `translateY(${place.top}px)`, height: entryHeight(entry) }}
    >
      <Checkbox aria-label={`Choose ${name}`} checked={chosen} onChange={() => onToggle(name)} />
      <div>
        <div className={styles.name}>{name}</div>
        <div className={styles.line}>
          {running && <StateTag kind="ok">running</StateTag>}
          {status !== 'ACTIVE' && <Tag kind="idle">{status}</Tag>}
        </div>
      </div>
      <Software images={images} />
      <div className={styles.words}>
        {note !== undefined && (
          <div className={styles.line} title={note}>
            {note}
          </div>
        )}
        <div className={`${styles.line} ${styles.soft}`} title={summary}>
          {summary}
        </div>
      </div>
      <div className={styles.soft}>
        <div className={styles.line}>{registeredAt !== undefined && <RelativeTime at={registeredAt} />}</div>
        <div className={styles.line} title={registeredBy}>
          {registeredBy !== undefined && personName(registeredBy)}
        </div>
      </div>
      {previous !== undefined && (
        <Tooltip label={`Compare with ${previous}`}>
          <ActionIcon
            size={22}
            variant="subtle"
            color="gray"
            aria-label={`Compare ${name} with ${previous}`}
            onClick={() => onCompare(previous, name)}
          >
            <IconGitCompare size={14} />
          </ActionIcon>
        </Tooltip>
      )}
    </li>
  );
}

function Software({ images }: { readonly images: readonly ImageDifference[] }) {
  return (
    <div className={styles.software}>
      {images.map((image) => (
        <div key={image.container} className={styles.line}>
          {images.length > 1 && <span className={styles.container}>{image.container} </span>}
          <SoftwareLine difference={image} />
        </div>
      ))}
    </div>
  );
}

/** The last part of an IAM ARN: the user, or the session of a role. */
function personName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
