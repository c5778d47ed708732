import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ImageDifference, ImageSide } from '../../../shared/model/revision.ts';
import { formatBytes, shortDigest } from '../lib/format.ts';
import { imageName, platformLabel, shortCommit } from '../lib/image-labels.ts';
import { After, Arrow, Before } from './before-after.tsx';
import { Bytes } from './bytes.tsx';
import styles from './image-change.module.css';
import { ImageVersionMark } from './image-version-mark.tsx';
import { IMAGE_TEXT } from './ui-text.ts';

/** The image of one container, before → after, and below it what is known of the image version on both sides. */
export function ImageChange({ difference }: { readonly difference: ImageDifference }) {
  return (
    <div>
      <div className={styles.names}>
        <ImageNames difference={difference} /> <ImageVersionMark change={difference.change} />
      </div>
      <ImageFacts difference={difference} />
    </div>
  );
}

/** The names alone, for a line of a list. */
export function ImageNames({ difference }: { readonly difference: ImageDifference }) {
  const { before, after } = difference;
  if (!before && !after) return null;
  if (!before) return <After>{after && fullName(after)}</After>;
  if (!after) return <Before>{fullName(before)}</Before>;

  const from = imageName(before.image);
  const to = imageName(after.image);
  if (from.repository !== to.repository) {
    return (
      <>
        <Before>{fullName(before)}</Before>
        <Arrow />
        <After>{fullName(after)}</After>
      </>
    );
  }
  if (from.version === to.version) return <span>{fullName(after)}</span>;
  return (
    <>
      {from.repository}:<Before>{from.version}</Before>
      <Arrow />
      <After>{to.version}</After>
    </>
  );
}

function fullName(side: ImageSide): string {
  const { repository, version } = imageName(side.image);
  if (version === '' || version.startsWith('@')) return `${repository}${version}`;
  return `${repository}:${version}`;
}

function ImageFacts({ difference }: { readonly difference: ImageDifference }) {
  const { before, after, commitsUrl } = difference;
  const hasAfter = after !== undefined;
  const facts: ReactNode[] = [];

  const digests = sidesText(
    before?.digest && shortDigest(before.digest),
    after?.digest && shortDigest(after.digest),
    hasAfter,
  );
  if (digests !== undefined) {
    facts.push(
      <span key="digest">
        {IMAGE_TEXT.digest} <span className={styles.mono}>{digests}</span>
      </span>,
    );
  }
  const platforms = sidesText(
    platformLabel(before?.facts?.platforms),
    platformLabel(after?.facts?.platforms),
    hasAfter,
  );
  if (platforms !== undefined) facts.push(<span key="platforms">{platforms}</span>);

  const sizes = sizeFact(before?.facts?.sizeBytes, after?.facts?.sizeBytes, hasAfter);
  if (sizes) facts.push(<span key="size">{sizes}</span>);

  const commits = sidesText(
    before?.facts?.commit && shortCommit(before.facts.commit),
    after?.facts?.commit && shortCommit(after.facts.commit),
    hasAfter,
  );
  if (commits !== undefined) {
    const text = <span className={styles.mono}>{commits.replace(' → ', '…')}</span>;
    facts.push(
      <span key="commits">
        {IMAGE_TEXT.commit}{' '}
        {commitsUrl === undefined ? (
          text
        ) : (
          <Anchor href={commitsUrl} target="_blank" rel="noreferrer" size="xs">
            {text}
          </Anchor>
        )}
      </span>,
    );
  }

  if (facts.length === 0) return null;
  return <div className={styles.facts}>{facts}</div>;
}

/**
 * `a → b`; one of them where they are the same or the other one has nothing. What is unknown of a new image is called so:
 * alone, the fact of the image before would be read as that of the new one.
 */
function sidesText(
  before: string | undefined,
  after: string | undefined,
  hasAfter: boolean,
): string | undefined {
  if (before === undefined || before === after) return after;
  if (after === undefined) return hasAfter ? `${before} → ${IMAGE_TEXT.unknown}` : before;
  return `${before} → ${after}`;
}

function sizeFact(before: number | undefined, after: number | undefined, hasAfter: boolean) {
  if (before === undefined && after === undefined) return null;
  if (before === undefined || (after !== undefined && formatBytes(before) === formatBytes(after)))
    return <Bytes value={after ?? 0} />;
  if (after === undefined && !hasAfter) return <Bytes value={before} />;
  return (
    <>
      <Bytes value={before} /> → {after === undefined ? IMAGE_TEXT.unknown : <Bytes value={after} />}
    </>
  );
}
