import { Button, Group, Modal, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Repository, recentlyUntagged } from '../../../../shared/model/image.ts';
import type { RepositoryPlace } from '../../../../shared/model/promotion.ts';
import { shortDigest } from '../../lib/format.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { refusedProps, useRefusals } from '../../lib/refusals.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Mono } from '../../ui/mono.tsx';
import { RefusalNote } from '../../ui/refusal-note.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { GuardFields, useGuardAnswers } from '../images/guard-answers.tsx';
import styles from './repositories.module.css';
import { IMMUTABLE_TEXT } from './repositories-text.ts';

/** Images that the dialog names; more are counted. */
const MOST_NAMED = 5;

interface MakeImmutableProps {
  readonly place: RepositoryPlace;
  readonly repository: Repository;
}

/** The button that makes the tags of a repository immutable, after a question. Nothing where they are. */
export function MakeImmutable({ place, repository }: MakeImmutableProps) {
  const [isOpen, setOpen] = useState(false);
  const refusals = useRefusals({ ...place, changes: ['make-immutable'] });
  if (repository.tagMutability === 'IMMUTABLE') return null;
  const open = (): void => {
    if (!refusals.isRefused('make-immutable')) setOpen(true);
  };
  return (
    <>
      <RefusalNote refusals={refusals} />
      <Button {...refusedProps(refusals, 'make-immutable')} onClick={open}>
        {IMMUTABLE_TEXT.open}
      </Button>
      {isOpen ? (
        <MakeImmutableDialog place={place} repository={repository} onClose={() => setOpen(false)} />
      ) : null}
    </>
  );
}

function MakeImmutableDialog({
  place,
  repository: { tagExceptions = [] },
  onClose,
}: MakeImmutableProps & { readonly onClose: () => void }) {
  const queries = useQueryClient();
  const change = useEngineChange('repositories.makeImmutable');
  const images = useEngineQuery('images.list', place);
  const [openedAt] = useState(() => new Date());
  const moved = recentlyUntagged(images.data ?? [], openedAt);
  const asked = useGuardAnswers(place, place.repository);
  const submit = (): void =>
    change.mutate(
      { ...place, ...asked.answers },
      {
        onSuccess: () => {
          void queries.invalidateQueries({ queryKey: ['repositories.list'] });
          onClose();
        },
      },
    );
  return (
    <Modal opened onClose={onClose} title={IMMUTABLE_TEXT.title(place.repository)}>
      <Stack gap="sm">
        <p className={styles.paragraph}>{IMMUTABLE_TEXT.about}</p>
        {tagExceptions.length === 0 ? null : (
          <p className={styles.paragraph}>{IMMUTABLE_TEXT.exceptions(tagExceptions.join(', '))}</p>
        )}
        {images.data === undefined ? null : (
          <p className={styles.paragraph}>{IMMUTABLE_TEXT.moved(moved.length)}</p>
        )}
        {moved.length === 0 ? null : (
          <>
            <ul className={styles.places}>
              {moved.slice(0, MOST_NAMED).map(({ digest, pushedAt }) => (
                <li key={digest}>
                  <Mono>{shortDigest(digest)}</Mono>{' '}
                  {pushedAt === undefined ? null : <RelativeTime at={pushedAt} />}
                </li>
              ))}
            </ul>
            <p className={styles.soft}>{IMMUTABLE_TEXT.who}</p>
          </>
        )}
        <GuardFields asked={asked} purpose={IMMUTABLE_TEXT.purpose} />
        {images.isError ? <ErrorNotice error={images.error} /> : null}
        {change.isError ? <ErrorNotice error={change.error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button onClick={onClose}>{IMMUTABLE_TEXT.cancel}</Button>
          <Button variant="filled" onClick={submit} disabled={!asked.isAnswered} loading={change.isPending}>
            {IMMUTABLE_TEXT.start}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
