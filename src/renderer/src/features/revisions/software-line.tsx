import { Anchor } from '@mantine/core';
import type { ImageDifference } from '../../../../shared/model/revision.ts';
import { formatBytes } from '../../lib/format.ts';
import { ImageNames } from '../images/image-change.tsx';
import { shortCommit, sizeChange } from '../images/image-words.ts';
import { SoftwareMark } from '../images/software-mark.tsx';
import styles from './software-line.module.css';

/** The software of one container in one line: before → after, in words, the commit and the change of size. */
export function SoftwareLine({ difference }: { readonly difference: ImageDifference }) {
  return (
    <>
      <ImageNames difference={difference} /> <SoftwareMark change={difference.change} />
      <span className={styles.facts}>
        <Commits difference={difference} />
        <SizeChange difference={difference} />
      </span>
    </>
  );
}

function Commits({ difference }: { readonly difference: ImageDifference }) {
  const commit = difference.after?.facts?.commit;
  if (difference.commitsUrl !== undefined) {
    return (
      <Anchor href={difference.commitsUrl} target="_blank" rel="noreferrer" size="xs">
        {commit === undefined ? 'commits' : shortCommit(commit)}
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
