import { Anchor } from '@mantine/core';
import type { ImageDifference, ImageVersionChange } from '../../../shared/model/revision.ts';
import { formatBytes } from '../lib/format.ts';
import { imageName, shortCommit, sizeChange } from '../lib/image-labels.ts';
import { After, Arrow, Before } from './before-after.tsx';
import { ImageNames } from './image-change.tsx';
import styles from './image-version-line.module.css';
import { ImageVersionMark } from './image-version-mark.tsx';
import { IMAGE_TEXT } from './ui-text.ts';

/** The image of one container in one line: before → after, a label, the commit and the change of size. */
export function ImageVersionLine({ difference }: { readonly difference: ImageDifference }) {
  return (
    <>
      <Versions difference={difference} /> <Labels change={difference.change} />
      <span className={styles.facts}>
        <Commits difference={difference} />
        <SizeChange difference={difference} />
      </span>
    </>
  );
}

/** The versions alone where the repository stays: the container before them says which image it is. */
function Versions({ difference }: { readonly difference: ImageDifference }) {
  const before = difference.before && imageName(difference.before.image);
  const after = difference.after && imageName(difference.after.image);
  if (!before || !after || before.repository !== after.repository) {
    return <ImageNames difference={difference} />;
  }
  if (before.version === after.version) return <span>{after.version}</span>;
  return (
    <>
      <Before>{before.version}</Before>
      <Arrow />
      <After>{after.version}</After>
    </>
  );
}

/** What did not change is said quietly. */
function Labels({ change }: { readonly change: ImageVersionChange }) {
  if (change === 'unchanged') return <span className={styles.quiet}>{IMAGE_TEXT.unchanged}</span>;
  if (change === 'same-tag') {
    return (
      <span className={styles.quiet} title={IMAGE_TEXT.sameTagHelp}>
        {IMAGE_TEXT.sameTag}
      </span>
    );
  }
  return <ImageVersionMark change={change} />;
}

function Commits({ difference }: { readonly difference: ImageDifference }) {
  const commit = difference.after?.facts?.commit;
  if (difference.commitsUrl !== undefined) {
    return (
      <Anchor href={difference.commitsUrl} target="_blank" rel="noreferrer" size="xs">
        {commit === undefined ? IMAGE_TEXT.commits : shortCommit(commit)}
      </Anchor>
    );
  }
  return commit === undefined ? null : <span title={commit}>{shortCommit(commit)}</span>;
}

function SizeChange({ difference }: { readonly difference: ImageDifference }) {
  const bytes = sizeChange(difference);
  if (bytes === undefined) return null;
  return (
    <span>
      {bytes > 0 ? '+' : '−'}
      {formatBytes(Math.abs(bytes))}
    </span>
  );
}
