import { Anchor, Button } from '@mantine/core';
import { useState } from 'react';
import { z } from 'zod';
import type { Scope } from '../../../../shared/model/account.ts';
import type { CommitsBetween as Commits } from '../../../../shared/model/commits.ts';
import type { RunningContainer } from '../../../../shared/model/service.ts';
import { shortCommit } from '../../lib/image-labels.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Mono } from '../../ui/mono.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { FolderField } from '../docker/folder-field.tsx';
import styles from './commits-between.module.css';
import { COMMITS_TEXT, orderSentence } from './commits-text.ts';

interface CommitsBetweenProps {
  readonly scope: Scope;
  readonly running: RunningContainer;
  /** The reference of the chosen image. */
  readonly chosen: string;
}

/** The commits between the running and the chosen image: from a local clone, or those of the labels alone. */
export function CommitsBetween({ scope, running, chosen }: CommitsBetweenProps) {
  const digest = running.digests[0]?.digest;
  const commits = useEngineQuery(
    'images.commits',
    {
      account: scope.account,
      region: scope.region,
      running: running.image,
      ...(digest === undefined ? {} : { runningDigest: digest }),
      chosen,
    },
    { staleMs: 30_000 },
  );
  return (
    <section className={styles.commits} aria-label={COMMITS_TEXT.title(running.container)}>
      {commits.isLoading && <p className={styles.quiet}>{COMMITS_TEXT.loading}</p>}
      {commits.isError && <p className={styles.quiet}>{commits.error.message}</p>}
      {commits.data && <CommitList between={commits.data} />}
      {commits.data && <CloneActions between={commits.data} onChanged={() => void commits.refetch()} />}
    </section>
  );
}

function CommitList({ between }: { readonly between: Commits }) {
  const { order, commits, total, isBuiltEarlier, problem } = between;
  const more = total - commits.length;
  return (
    <>
      <p role="status" className={order === 'reverse' || isBuiltEarlier ? styles.older : undefined}>
        {orderSentence(between)}
      </p>
      {problem !== undefined && <p className={styles.quiet}>{problem}</p>}
      {commits.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard
        <ul className={styles.list} aria-label={COMMITS_TEXT.list} tabIndex={0}>
          {commits.map(({ commit, author, subject, committedAt }) => (
            <li key={commit}>
              <span title={commit}>
                <Mono>{shortCommit(commit)}</Mono>
              </span>
              <span className={styles.subject}>{subject}</span>
              <span className={styles.author} title={author}>
                {author}
              </span>
              {committedAt !== undefined && (
                <span className={styles.quiet}>
                  <RelativeTime at={committedAt} />
                </span>
              )}
            </li>
          ))}
          {more > 0 && <li className={styles.quiet}>{COMMITS_TEXT.more(more)}</li>}
        </ul>
      )}
    </>
  );
}

interface CloneActionsProps {
  readonly between: Commits;
  readonly onChanged: () => void;
}

/** The comparison on the source host, and the choice of the clone. Without two commits there is nothing to compare. */
function CloneActions({ between, onChanged }: CloneActionsProps) {
  const { running, chosen, repository, clone, commitsUrl, order } = between;
  const [isOpen, setOpen] = useState(false);
  const [path, setPath, forget] = useDraft({ key: `clone.${repository}`, shape: z.string(), initial: '' });
  const setClone = useEngineChange('images.setClone');
  if (order === 'same' || running?.commit === undefined || chosen?.commit === undefined) return null;

  const change = (folder: string | undefined): void =>
    setClone.mutate(
      { repository, ...(folder === undefined ? {} : { folder }) },
      {
        onSuccess: () => {
          forget();
          setOpen(false);
          onChanged();
        },
      },
    );
  return (
    <>
      <div className={styles.actions}>
        {commitsUrl !== undefined && (
          <Anchor href={commitsUrl} target="_blank" rel="noreferrer" size="xs">
            {COMMITS_TEXT.compareOn(new URL(commitsUrl).host)}
          </Anchor>
        )}
        {clone !== undefined && <span className={styles.quiet}>{COMMITS_TEXT.cloneOf(clone)}</span>}
        <Button size="compact-xs" onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
          {clone === undefined ? COMMITS_TEXT.chooseClone : COMMITS_TEXT.otherClone}
        </Button>
        {clone !== undefined && (
          <Button size="compact-xs" onClick={() => change(undefined)} loading={setClone.isPending}>
            {COMMITS_TEXT.forgetClone}
          </Button>
        )}
      </div>
      {isOpen && (
        <FolderField
          label={COMMITS_TEXT.cloneFolder(repository)}
          typed={{ text: path, onChange: setPath }}
          disabled={setClone.isPending}
          onFolder={change}
        />
      )}
      {setClone.error && <ErrorNotice error={setClone.error} />}
    </>
  );
}
