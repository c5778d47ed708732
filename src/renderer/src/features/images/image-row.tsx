import type { Image } from '../../../../shared/model/image.ts';
import { shortDigest } from '../../lib/format.ts';
import { Bytes } from '../../ui/bytes.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Age } from '../../ui/relative-time.tsx';
import { Tag } from '../../ui/tag.tsx';
import { platformLabel, shortCommit } from './image-labels.ts';
import styles from './image-list.module.css';

interface ImageRowProps {
  readonly id: string;
  readonly image: Image;
  readonly chosen: boolean;
  /** Pixels from the top of the list. */
  readonly top: number;
  readonly onChoose: (image: Image) => void;
}

/** One image of a repository: tags, digest, commit, age, size and platform. The keys are the list's. */
export function ImageRow({ id, image, chosen, top, onChoose }: ImageRowProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox that holds it answers the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the listbox has the focus and names its active option
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      className={styles.row}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onChoose(image)}
    >
      <span className={styles.tags} title={image.tags.join(', ')}>
        <Mono>{image.tags.length === 0 ? 'no tag' : image.tags.join(', ')}</Mono>{' '}
        {image.status === 'ARCHIVED' && <Tag kind="warning">archived</Tag>}
      </span>
      <span className={styles.soft} title={image.digest}>
        <Mono>{shortDigest(image.digest)}</Mono>
      </span>
      <span className={styles.soft} title={image.commit}>
        {image.commit !== undefined && <Mono>{shortCommit(image.commit)}</Mono>}
      </span>
      <span className={styles.soft}>
        {image.builtAt !== undefined && (
          <>
            built <Age at={image.builtAt} />
          </>
        )}
      </span>
      <span className={styles.soft}>
        {image.pushedAt !== undefined && (
          <>
            pushed <Age at={image.pushedAt} />
          </>
        )}
      </span>
      <span className={styles.soft}>{platformLabel(image.platforms)}</span>
      <span className={styles.number}>
        {image.sizeBytes !== undefined && <Bytes value={image.sizeBytes} />}
      </span>
    </div>
  );
}
