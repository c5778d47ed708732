import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useId, useRef } from 'react';
import type { Image } from '../../../../shared/model/image.ts';
import { shortDigest } from '../../lib/format.ts';
import { Bytes } from '../../ui/bytes.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Age } from '../../ui/relative-time.tsx';
import { Tag } from '../../ui/tag.tsx';
import { platformLabel, shortCommit } from './image-labels.ts';
import styles from './image-list.module.css';

const ROW_HEIGHT = 30;

interface ImageListProps {
  readonly images: readonly Image[];
  /** The digest of the chosen image. */
  readonly chosen: string | undefined;
  readonly onChoose: (image: Image) => void;
}

/** Images to choose one from, by mouse or with the arrow keys. Only the rows in sight are drawn. */
export function ImageList({ images, chosen, onChoose }: ImageListProps) {
  const id = useId();
  const scroll = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- the React Compiler is not in use here
  const rows = useVirtualizer({
    count: images.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  const index = images.findIndex((image) => image.digest === chosen);

  const move = (event: KeyboardEvent): void => {
    const next = nextIndex(event.key, index, images.length);
    const image = next === undefined ? undefined : images[next];
    if (next === undefined || !image) return;
    event.preventDefault();
    rows.scrollToIndex(next);
    onChoose(image);
  };

  return (
    <div
      ref={scroll}
      className={styles.list}
      role="listbox"
      aria-label="Images"
      tabIndex={0}
      aria-activedescendant={index < 0 ? undefined : `${id}-${index}`}
      onKeyDown={move}
    >
      <div style={{ height: rows.getTotalSize(), position: 'relative' }} role="presentation">
        {rows.getVirtualItems().map((row) => {
          const image = images[row.index];
          if (!image) return null;
          return (
            <ImageRow
              key={image.digest}
              id={`${id}-${row.index}`}
              image={image}
              chosen={image.digest === chosen}
              top={row.start}
              onChoose={onChoose}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Where a key leads in a list, if anywhere. */
function nextIndex(key: string, index: number, count: number): number | undefined {
  if (count === 0) return undefined;
  if (key === 'ArrowDown') return Math.min(index + 1, count - 1);
  if (key === 'ArrowUp') return Math.max(index - 1, 0);
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  return undefined;
}

interface ImageRowProps {
  readonly id: string;
  readonly image: Image;
  readonly chosen: boolean;
  /** Pixels from the top of the list. */
  readonly top: number;
  readonly onChoose: (image: Image) => void;
}

/** One image of a repository: tags, digest, commit, age, size and platform. The keys are the list's. */
function ImageRow({ id, image, chosen, top, onChoose }: ImageRowProps) {
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
