import { Anchor, Button, CloseButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { Repository } from '../../../../shared/model/image.ts';
import type { RepositoryPlace } from '../../../../shared/model/promotion.ts';
import { useAccountName } from '../../lib/account-name.ts';
import { shortDigest } from '../../lib/format.ts';
import { platformLabel, shortCommit } from '../../lib/image-labels.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { Mono } from '../../ui/mono.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RestoreImage } from '../images/restore-image.tsx';
import { AddTagDialog } from './add-tag-dialog.tsx';
import { CopyImageDialog } from './copy-image-dialog.tsx';
import { ImageRevisions } from './image-revisions.tsx';
import { type ImageRow, imageUseLabel } from './image-rows.ts';
import { ImageSecurity } from './image-security.tsx';
import { Findings } from './image-table.tsx';
import { LinkedUse } from './linked-use.tsx';
import styles from './repositories.module.css';
import { REPOSITORIES_TEXT } from './repositories-text.ts';

const RESTORE_POLL_MS = 30_000;

interface ImageDetailsProps {
  readonly place: RepositoryPlace;
  readonly repository: Repository | undefined;
  readonly row: ImageRow;
  /** Whether more of what runs it may be found. */
  readonly isReading: boolean;
  readonly onClose: () => void;
}

/** What is known of one image, where it runs, and what can be done with it. */
export function ImageDetails({
  place,
  repository,
  row: { image, uses, revisions },
  isReading,
  onClose,
}: ImageDetailsProps) {
  const [dialog, setDialog] = useState<'tag' | 'copy'>();
  const {
    tags,
    digest,
    commit,
    source,
    version: builtVersion,
    builtAt,
    pushedAt,
    pulledAt,
    platforms,
  } = image;
  const { account, region } = place;
  const accountName = useAccountName();
  const name = tags[0] === undefined ? shortDigest(digest) : `${place.repository}:${tags[0]}`;
  const version = tags[0] === undefined ? `@${digest}` : `:${tags[0]}`;
  // The same query as that of the list: the state changes by itself while ECR restores the image.
  useEngineQuery('images.list', place, image.status === 'ACTIVATING' ? { pollMs: RESTORE_POLL_MS } : {});
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In a narrow window they are below the list, where a click on an image would seem to do nothing.
    card.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={card}>
      <Card
        title={name}
        aside={<CloseButton size="sm" aria-label={REPOSITORIES_TEXT.close} onClick={onClose} />}
      >
        <CardBody>
          <dl className={styles.facts}>
            <dt>{REPOSITORIES_TEXT.digest}</dt>
            <dd>
              <Mono>{shortDigest(digest)}</Mono> <CopyId value={digest} what={REPOSITORIES_TEXT.digestName} />
            </dd>
            <dt>{REPOSITORIES_TEXT.platforms}</dt>
            <dd>{platformLabel(platforms) ?? '–'}</dd>
            <dt>{REPOSITORIES_TEXT.pushed}</dt>
            <dd>{pushedAt === undefined ? '–' : <RelativeTime at={pushedAt} />}</dd>
            <dt>{REPOSITORIES_TEXT.built}</dt>
            <dd>{builtAt === undefined ? '–' : <RelativeTime at={builtAt} />}</dd>
            <dt title={REPOSITORIES_TEXT.pulledHelp}>{REPOSITORIES_TEXT.pulled}</dt>
            <dd>{pulledAt === undefined ? REPOSITORIES_TEXT.neverPulled : <RelativeTime at={pulledAt} />}</dd>
            <dt>{REPOSITORIES_TEXT.commit}</dt>
            <dd>{commit === undefined ? '–' : <Mono>{shortCommit(commit)}</Mono>}</dd>
            {builtVersion === undefined ? null : (
              <>
                <dt>{REPOSITORIES_TEXT.version}</dt>
                <dd>{builtVersion}</dd>
              </>
            )}
            {source === undefined ? null : (
              <>
                <dt>{REPOSITORIES_TEXT.source}</dt>
                <dd>
                  <Anchor href={source} target="_blank" rel="noreferrer" inherit>
                    {source}
                  </Anchor>
                </dd>
              </>
            )}
            {image.status === 'ARCHIVED' ? (
              <>
                <dt>{REPOSITORIES_TEXT.storage}</dt>
                <dd>
                  {REPOSITORIES_TEXT.archivedHelp} <RestoreImage place={{ ...place, image: digest }} />
                </dd>
              </>
            ) : null}
            {image.status === 'ACTIVATING' ? (
              <>
                <dt>{REPOSITORIES_TEXT.storage}</dt>
                <dd>{REPOSITORIES_TEXT.restoringHelp}</dd>
              </>
            ) : null}
            <dt>{REPOSITORIES_TEXT.findings}</dt>
            <dd>
              <Findings findings={image.findings} />
            </dd>
          </dl>
          <h3 className={styles.heading}>{REPOSITORIES_TEXT.runningIn}</h3>
          {uses.length === 0 ? (
            <p className={styles.soft}>
              {isReading ? REPOSITORIES_TEXT.readingHelp : REPOSITORIES_TEXT.notRunningHelp}
            </p>
          ) : null}
          <ul className={styles.places}>
            {uses.map((use) => (
              <li
                key={JSON.stringify([use.account, use.region, imageUseLabel(use), use.container, use.kind])}
              >
                <LinkedUse use={use} />{' '}
                <span className={styles.soft}>
                  {accountName(use.account)} {use.region}, {use.container}
                  {use.revision === undefined ? '' : `, ${use.revision}`}
                  {REPOSITORIES_TEXT.stateOfUse(use)}, <RelativeTime at={use.readAt} />
                </span>
              </li>
            ))}
          </ul>
          <ImageRevisions revisions={revisions} />
          <ImageSecurity place={place} digest={digest} />
          <div className={styles.buttons}>
            <Button variant="filled" onClick={() => setDialog('copy')}>
              {REPOSITORIES_TEXT.copyTo}
            </Button>
            <Button onClick={() => setDialog('tag')}>{REPOSITORIES_TEXT.addTag}</Button>
            {repository === undefined ? null : (
              <Button
                renderRoot={(props) => (
                  <Link
                    to="/a/$account/$region/fleet"
                    params={{ account, region }}
                    search={{ image: `${repository.uri}${version}` }}
                    {...props}
                  />
                )}
              >
                {REPOSITORIES_TEXT.bulkRelease}
              </Button>
            )}
            <Button
              renderRoot={(props) => (
                <Link
                  to="/a/$account/$region/image-cleanup"
                  params={{ account, region }}
                  search={{ repository: place.repository, image: digest }}
                  {...props}
                />
              )}
            >
              {REPOSITORIES_TEXT.delete}
            </Button>
          </div>
        </CardBody>
        {dialog === 'tag' ? (
          <AddTagDialog place={place} image={image} name={name} onClose={() => setDialog(undefined)} />
        ) : null}
        {dialog === 'copy' ? (
          <CopyImageDialog from={place} image={image} name={name} onClose={() => setDialog(undefined)} />
        ) : null}
      </Card>
    </div>
  );
}
