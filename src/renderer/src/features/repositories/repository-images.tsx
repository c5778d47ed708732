import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Repository } from '../../../../shared/model/image.ts';
import type { RepositoryLifecycle } from '../../../../shared/model/repository-lifecycle.ts';
import { useAccountName } from '../../lib/account-name.ts';
import { shortDigest } from '../../lib/format.ts';
import { type RunningUses, useRunningUses } from '../../lib/name-search.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { IMAGES_FILTERS, type ImagesFilter, type ImagesSearch } from '../../lib/search.ts';
import { useFilterText } from '../../lib/use-filter-text.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice, StaleNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { StateTag } from '../../ui/tag.tsx';
import { ImageDetails } from './image-details.tsx';
import { filterRows, type ImageRow, imageRows, isShown } from './image-rows.ts';
import { ImageTable } from './image-table.tsx';
import styles from './repositories.module.css';
import { REPOSITORIES_TEXT } from './repositories-text.ts';

/** The engine reads this many digests of a repository in one question. */
const MOST_DIGESTS = 2_000;
/** Images that a warning names; more are counted. */
const MOST_NAMED = 5;

interface RepositoryImagesProps {
  readonly scope: Scope;
  readonly search: ImagesSearch & { readonly repository: string };
  /** Undefined for one that is not in the list. */
  readonly repository: Repository | undefined;
}

/** The images of a repository: where each runs, what scans found, and what the lifecycle policy will remove. */
export function RepositoryImages({ scope, search, repository }: RepositoryImagesProps) {
  const { account, region } = scope;
  const place = { account, region, repository: search.repository };
  const navigate = useNavigate();
  const images = useEngineQuery('images.list', place);
  const lifecycle = useEngineQuery('repositories.lifecycle', place, { staleMs: 60_000 });
  const digests = (images.data ?? []).slice(0, MOST_DIGESTS).map(({ digest }) => digest);
  const uses = useRunningUses(images.data === undefined ? undefined : repository?.uri, digests);
  const rows = useMemo(
    () => imageRows(images.data ?? [], uses.uses, lifecycle.data?.verdicts ?? []),
    [images.data, uses.uses, lifecycle.data],
  );
  const show = search.show ?? 'all';
  const chosen = rows.find(({ image }) => image.digest === search.image);
  const change = (next: Partial<ImagesSearch>, isTyping = false): void =>
    void navigate({
      to: '/a/$account/$region/images',
      params: { account, region },
      search: { ...search, ...next },
      replace: isTyping,
    });
  // The letters of one filter are one step of Back.
  const [text, setText] = useFilterText(search.q ?? '', (q) => change({ q: q || undefined }, true));
  const found = filterRows(rows, show, text);

  if (images.isPending) return <LoadingRows what="images" rows={8} height={44} />;
  if (!images.data) return <ErrorNotice error={images.error} onRetry={() => void images.refetch()} />;
  const bytes = images.data.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
  return (
    <>
      <StaleNotice error={images.error} onRetry={() => void images.refetch()} />
      {uses.error === null ? null : <ErrorNotice error={uses.error} />}
      <PolicyWarning rows={rows} />
      {search.image === undefined || chosen !== undefined ? null : (
        <p className={styles.warning} role="status">
          {REPOSITORIES_TEXT.noSuchImage(search.repository, search.image)}
          <Button size="compact-xs" onClick={() => change({ image: undefined })}>
            {REPOSITORIES_TEXT.dismiss}
          </Button>
        </p>
      )}
      <div className={styles.bar}>
        <TextInput
          type="search"
          className={styles.text}
          aria-label={REPOSITORIES_TEXT.search}
          placeholder={REPOSITORIES_TEXT.search}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label={REPOSITORIES_TEXT.show}
          size="xs"
          value={show}
          onChange={(value) => change({ show: IMAGES_FILTERS.find((each) => each === value) })}
          data={IMAGES_FILTERS.map((filter) => ({
            value: filter,
            label: `${REPOSITORIES_TEXT[filter]} ${countOf(rows, filter)}`,
          }))}
        />
      </div>
      <div className={chosen === undefined ? styles.whole : styles.beside}>
        <Card title={REPOSITORIES_TEXT.title} aside={REPOSITORIES_TEXT.images(images.data.length, bytes)}>
          {images.data.length === 0 ? (
            <EmptyState title={REPOSITORIES_TEXT.empty(search.repository)}>
              {REPOSITORIES_TEXT.emptyHelp}
            </EmptyState>
          ) : found.length === 0 ? (
            <EmptyState title={REPOSITORIES_TEXT.nothingFound} />
          ) : (
            <ImageTable
              rows={found}
              isReading={uses.isReading}
              chosen={search.image}
              onChoose={(digest) => change({ image: digest === search.image ? undefined : digest })}
            />
          )}
        </Card>
        {chosen === undefined ? null : (
          <ImageDetails
            key={chosen.image.digest}
            place={place}
            repository={repository}
            row={chosen}
            isReading={uses.isReading}
            onClose={() => change({ image: undefined })}
          />
        )}
      </div>
      <Unread places={uses.places} notRead={uses.notRead} />
      {lifecycle.isError ? (
        <ErrorNotice error={lifecycle.error} onRetry={() => void lifecycle.refetch()} />
      ) : null}
      {lifecycle.data === undefined ? null : <PolicyCard lifecycle={lifecycle.data} />}
    </>
  );
}

function countOf(rows: readonly ImageRow[], filter: ImagesFilter): number {
  return rows.filter((row) => isShown(row, filter)).length;
}

/** What could not be read, of whole accounts and regions or of parts: an image may run there. */
function Unread({ places, notRead }: Pick<RunningUses, 'places' | 'notRead'>) {
  const accountName = useAccountName();
  const unread = places.filter(({ state }) => state === 'failed' || state === 'sign-in');
  if (unread.length === 0 && notRead.length === 0) return null;
  return (
    <ul className={styles.places}>
      {unread.map(({ account, region, problem }) => (
        <li key={`${account} ${region}`} className={styles.soft}>
          {REPOSITORIES_TEXT.unread(accountName(account), region)} {problem}
        </li>
      ))}
      {notRead.map(({ account, region, what, problem }) => (
        <li key={`${account} ${region} ${what}`} className={styles.soft}>
          {REPOSITORIES_TEXT.unreadUses(what, accountName(account), region)} {problem}
        </li>
      ))}
    </ul>
  );
}

function PolicyWarning({ rows }: { readonly rows: readonly ImageRow[] }) {
  const running = rows.filter(({ uses, verdict }) => uses.length > 0 && verdict !== undefined);
  if (running.length === 0) return null;
  const named = running
    .slice(0, MOST_NAMED)
    .map(({ image: { tags, digest } }) => tags[0] ?? shortDigest(digest));
  return (
    <div role="alert" className={styles.warning}>
      <StateTag kind="warning">{REPOSITORIES_TEXT.policyRunning(running.length)}</StateTag>
      <span>
        {REPOSITORIES_TEXT.policyImages(named, running.length - named.length)} {REPOSITORIES_TEXT.policyHelp}
      </span>
    </div>
  );
}

function PolicyCard({ lifecycle: { rules, verdicts } }: { readonly lifecycle: RepositoryLifecycle }) {
  return (
    <Card title={REPOSITORIES_TEXT.policy}>
      <CardBody>
        {rules.length === 0 && verdicts.length === 0 ? (
          <p className={styles.soft}>{REPOSITORIES_TEXT.noPolicy}</p>
        ) : (
          <>
            <ul className={styles.rules}>
              {rules.map(({ priority, sentence, description }) => (
                <li key={priority} title={description}>
                  <b>{REPOSITORIES_TEXT.rule(priority)}</b> {sentence}
                </li>
              ))}
            </ul>
            <p className={styles.soft}>{REPOSITORIES_TEXT.policyEnd(verdicts.length)}</p>
          </>
        )}
      </CardBody>
    </Card>
  );
}
