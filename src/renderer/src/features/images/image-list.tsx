import { type KeyboardEvent, useId, useRef } from 'react';
import type { Image } from '../../../../shared/model/image.ts';
import { shortDigest } from '../../lib/format.ts';
import { platformLabel, shortCommit } from '../../lib/image-labels.ts';
import { Bytes } from '../../ui/bytes.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Age } from '../../ui/relative-time.tsx';
import { Tag } from '../../ui/tag.tsx';
import { rowAfterKey, VirtualList, type VirtualListHandle } from '../../ui/virtual-list.tsx';
import styles from './image-list.module.css';
import { IMAGES_TEXT } from './images-text.ts';

const ROW_HEIGHT = 30;

interface ImageListProps {
  readonly images: readonly Image[];
  /** The digest of the chosen image. */
  readonly chosen: string | undefined;
  readonly onChoose: (image: Image) => void;
}

/** Images to choose one from, by mouse or with the arrow keys. */
export function ImageList({ images, chosen, onChoose }: ImageListProps) {
  const id = useId();
  const rows = useRef<VirtualListHandle>(null);
  const index = images.findIndex((image) => image.digest === chosen);

  const move = (event: KeyboardEvent): void => {
    const next = rowAfterKey(event.key, index, images.length);
    const image = next === undefined ? undefined : images[next];
    if (next === undefined || !image) return;
    event.preventDefault();
    rows.current?.scrollToRow(next);
    onChoose(image);
  };

  return (
    <VirtualList
      ref={rows}
      items={images}
      keyOf={({ digest }) => digest}
      rowHeight={ROW_HEIGHT}
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
      })}
    >
      {(image) => <ImageRow image={image} />}
    </VirtualList>
  );
}

/** One image of a repository: tags, digest, commit, age, size and platform. */
function ImageRow({ image }: { readonly image: Image }) {
  return (
    <>
      <span className={styles.tags} title={image.tags.join(', ')}>
        <Mono>{image.tags.length === 0 ? IMAGES_TEXT.untagged : image.tags.join(', ')}</Mono>{' '}
        {image.status === 'ARCHIVED' && <Tag kind="warning">{IMAGES_TEXT.archived}</Tag>}
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
            {IMAGES_TEXT.built} <Age at={image.builtAt} />
          </>
        )}
      </span>
      <span className={styles.soft}>
        {image.pushedAt !== undefined && (
          <>
            {IMAGES_TEXT.pushed} <Age at={image.pushedAt} />
          </>
        )}
      </span>
      <span className={styles.soft}>{platformLabel(image.platforms)}</span>
      <span className={styles.number}>
        {image.sizeBytes !== undefined && <Bytes value={image.sizeBytes} />}
      </span>
    </>
  );
}
