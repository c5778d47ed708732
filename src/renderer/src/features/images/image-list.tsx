import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import type { Image } from '../../../../shared/model/image.ts';
import { useRowHeight } from '../../lib/appearance.ts';
import { shortDigest } from '../../lib/format.ts';
import { platformLabel, shortCommit } from '../../lib/image-labels.ts';
import { useFormatInstant } from '../../lib/time-zone.ts';
import { Bytes } from '../../ui/bytes.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Age } from '../../ui/relative-time.tsx';
import { Tag } from '../../ui/tag.tsx';
import { rowAfterKey, VirtualList, type VirtualListHandle } from '../../ui/virtual-list.tsx';
import styles from './image-list.module.css';
import { IMAGES_TEXT } from './images-text.ts';

const ROW_HEIGHT = 30;
const COMPACT_ROW_HEIGHT = 25;

interface ImageListProps {
  readonly images: readonly Image[];
  /** The digest of the chosen image. */
  readonly chosen: string | undefined;
  readonly onChoose: (image: Image) => void;
  readonly isRunning: (image: Image) => boolean;
  /** The row that the arrow keys move from. */
  readonly from: number;
}

/** Images to choose one from, by mouse or with the arrow keys. */
export function ImageList({ images, chosen, onChoose, isRunning, from }: ImageListProps) {
  const id = useId();
  const rows = useRef<VirtualListHandle>(null);
  const rowHeight = useRowHeight(ROW_HEIGHT, COMPACT_ROW_HEIGHT);
  const index = images.findIndex((image) => image.digest === chosen);

  const move = (event: KeyboardEvent): void => {
    const next = rowAfterKey(event.key, from, images.length);
    const image = next === undefined ? undefined : images[next];
    if (next === undefined || !image) return;
    event.preventDefault();
    onChoose(image);
  };

  // The arrow keys of the search move the choice too.
  useEffect(() => {
    if (index >= 0) rows.current?.scrollToRow(index);
  }, [index]);

  return (
    <div className={styles.table}>
      {/* A listbox has no column headers: each cell of a row says what it is by its form. */}
      <div className={styles.header} aria-hidden>
        <span>{IMAGES_TEXT.tag}</span>
        <span>{IMAGES_TEXT.digest}</span>
        <span>{IMAGES_TEXT.commit}</span>
        <span>{IMAGES_TEXT.pushedAt}</span>
        <span>{IMAGES_TEXT.platform}</span>
        <span className={styles.number}>{IMAGES_TEXT.size}</span>
        <span>{IMAGES_TEXT.state}</span>
      </div>
      <VirtualList
        ref={rows}
        items={images}
        keyOf={({ digest }) => digest}
        rowHeight={rowHeight}
        scroller={{
          className: styles.list,
          role: 'listbox',
          'aria-label': IMAGES_TEXT.images,
          tabIndex: 0,
          'aria-activedescendant': index < 0 ? undefined : `${id}-${index}`,
          onKeyDown: move,
        }}
        rowAttributes={(image, row) => ({
          id: `${id}-${row}`,
          role: 'option',
          'aria-selected': image.digest === chosen,
          className: styles.row,
          onClick: () => onChoose(image),
          // The first of the two clicks has chosen it.
          onDoubleClick: ({ currentTarget }) => currentTarget.closest('form')?.requestSubmit(),
        })}
      >
        {(image) => <ImageRow image={image} isRunning={isRunning(image)} />}
      </VirtualList>
    </div>
  );
}

interface ImageRowProps {
  readonly image: Image;
  readonly isRunning: boolean;
}

/** One image of a repository: tags, digest, commit, age, platform, size and state. */
function ImageRow({ image, isRunning }: ImageRowProps) {
  const formatInstant = useFormatInstant();
  return (
    <>
      <span className={styles.tags} title={image.tags.join(', ')}>
        <Mono>{image.tags.length === 0 ? IMAGES_TEXT.untagged : image.tags.join(', ')}</Mono>
      </span>
      <span className={styles.soft} title={image.digest}>
        <Mono>{shortDigest(image.digest)}</Mono>
      </span>
      <span className={styles.soft} title={image.commit}>
        {image.commit !== undefined && <Mono>{shortCommit(image.commit)}</Mono>}
      </span>
      <span
        className={styles.soft}
        title={image.builtAt && IMAGES_TEXT.builtAt(formatInstant(image.builtAt))}
      >
        {image.pushedAt !== undefined && <Age at={image.pushedAt} />}
      </span>
      <span className={styles.soft}>{platformLabel(image.platforms)}</span>
      <span className={styles.number}>
        {image.sizeBytes !== undefined && <Bytes value={image.sizeBytes} />}
      </span>
      <span>
        {isRunning && <Tag kind="ok">{IMAGES_TEXT.running}</Tag>}
        {image.status === 'ARCHIVED' && <Tag kind="warning">{IMAGES_TEXT.archived}</Tag>}
      </span>
    </>
  );
}
