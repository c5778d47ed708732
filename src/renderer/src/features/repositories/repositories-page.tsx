import { Button, TextInput } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Repository } from '../../../../shared/model/image.ts';
import { useRowHeight } from '../../lib/appearance.ts';
import type { ImagesSearch } from '../../lib/search.ts';
import { useFilterText } from '../../lib/use-filter-text.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage, StaleNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Page } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { CreateRepositoryDialog } from '../images/create-repository-dialog.tsx';
import { CREATE_TEXT } from '../images/create-repository-text.ts';
import { useRepositories } from '../images/repository-select.tsx';
import { MakeImmutable } from './make-immutable.tsx';
import styles from './repositories.module.css';
import { REPOSITORIES_TEXT } from './repositories-text.ts';
import { RepositoryImages } from './repository-images.tsx';

const ROW_HEIGHT = 31;
const COMPACT_ROW_HEIGHT = 25;

export interface RepositoriesPageProps {
  readonly scope: Scope;
  readonly search: ImagesSearch;
}

/** The ECR repositories of an account and region, or the images of the one that the address names. */
export function RepositoriesPage({ scope, search }: RepositoriesPageProps) {
  const repositories = useRepositories(scope);
  if (repositories.isPending) {
    return (
      <Page title={REPOSITORIES_TEXT.title}>
        <LoadingRows what={REPOSITORIES_TEXT.loading} rows={8} height={ROW_HEIGHT} />
      </Page>
    );
  }
  if (!repositories.data) {
    return <ErrorPage error={repositories.error} onRetry={() => void repositories.refetch()} />;
  }
  const stale = <StaleNotice error={repositories.error} onRetry={() => void repositories.refetch()} />;
  if (search.repository === undefined) {
    return (
      <Page title={REPOSITORIES_TEXT.title} actions={<CreateRepository scope={scope} />}>
        {stale}
        <RepositoryList scope={scope} text={search.q ?? ''} repositories={repositories.data} />
      </Page>
    );
  }
  const { account, region } = scope;
  const chosen = repositories.data.find(({ name }) => name === search.repository);
  return (
    <Page
      title={search.repository}
      about={
        <Link to="/a/$account/$region/images" params={{ account, region }} className={styles.back}>
          {REPOSITORIES_TEXT.allRepositories}
        </Link>
      }
      actions={
        <>
          {chosen === undefined ? null : (
            <MakeImmutable place={{ ...scope, repository: chosen.name }} repository={chosen} />
          )}
          <Button
            renderRoot={(props) => (
              <Link to="/a/$account/$region/image-cleanup" params={{ account, region }} {...props} />
            )}
          >
            {REPOSITORIES_TEXT.cleanUp}
          </Button>
        </>
      }
    >
      {stale}
      <RepositoryImages
        key={search.repository}
        scope={scope}
        search={{ ...search, repository: search.repository }}
        repository={chosen}
      />
    </Page>
  );
}

function CreateRepository({ scope }: { readonly scope: Scope }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{CREATE_TEXT.open}</Button>
      {isOpen ? (
        <CreateRepositoryDialog
          scope={scope}
          onClose={() => setOpen(false)}
          onCreated={() => setOpen(false)}
        />
      ) : null}
    </>
  );
}

interface RepositoryListProps {
  readonly scope: Scope;
  /** The filter in the address. */
  readonly text: string;
  readonly repositories: readonly Repository[];
}

function RepositoryList({ scope: { account, region }, text: inAddress, repositories }: RepositoryListProps) {
  const navigate = useNavigate();
  const [text, setText] = useFilterText(inAddress, (q) => {
    void navigate({ to: '.', search: q === '' ? {} : { q }, replace: true });
  });
  const rowHeight = useRowHeight(ROW_HEIGHT, COMPACT_ROW_HEIGHT);
  const found = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return repositories.filter(({ name }) => name.includes(wanted));
  }, [repositories, text]);
  if (repositories.length === 0) {
    return <EmptyState title={REPOSITORIES_TEXT.none(region)}>{REPOSITORIES_TEXT.noneHelp}</EmptyState>;
  }
  return (
    <Card
      title={region}
      aside={
        <span className={styles.aside}>
          {REPOSITORIES_TEXT.repositories(found.length)}
          <TextInput
            size="xs"
            aria-label={REPOSITORIES_TEXT.filter}
            placeholder={REPOSITORIES_TEXT.filter}
            value={text}
            maxLength={200}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </span>
      }
    >
      {found.length === 0 ? (
        <EmptyState title={REPOSITORIES_TEXT.noMatch} />
      ) : (
        <div className={`${styles.repository} ${styles.head}`} aria-hidden>
          {REPOSITORIES_TEXT.repositoryColumns.map((column) => (
            <span key={column}>{column}</span>
          ))}
        </div>
      )}
      <VirtualList
        items={found}
        keyOf={({ name }) => name}
        rowHeight={rowHeight}
        scroller={{ className: styles.scroll }}
        rowAttributes={() => ({ className: styles.repository })}
      >
        {({ name, tagMutability, scanOnPush, createdAt }) => (
          <>
            <Link
              to="/a/$account/$region/images"
              params={{ account, region }}
              search={{ repository: name }}
              className={styles.name}
              title={name}
            >
              {name}
            </Link>
            <span>
              {tagMutability.startsWith('IMMUTABLE')
                ? REPOSITORIES_TEXT.immutable
                : REPOSITORIES_TEXT.mutable}
            </span>
            <span>{scanOnPush === true ? REPOSITORIES_TEXT.scanned : REPOSITORIES_TEXT.notScanned}</span>
            <span>{createdAt === undefined ? null : <RelativeTime at={createdAt} />}</span>
          </>
        )}
      </VirtualList>
    </Card>
  );
}
