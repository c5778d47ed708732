import { TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage, StaleNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Page } from '../../ui/page.tsx';
import { FamilyList, ROW_HEIGHT } from './family-list.tsx';
import { REVISIONS_TEXT } from './revisions-text.ts';

/** All task definition families of an account and region, to search in. */
export function FamiliesPage({ scope }: { readonly scope: Scope }) {
  const [search, setSearch] = useState('');
  const families = useEngineQuery('families.all', scope, { staleMs: 60_000 });
  const found = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return (families.data ?? []).filter(({ family }) => family.toLowerCase().includes(wanted));
  }, [families.data, search]);
  if (families.isPending) {
    return (
      <Page title={REVISIONS_TEXT.title}>
        <LoadingRows what="families" rows={8} height={ROW_HEIGHT} />
      </Page>
    );
  }
  if (!families.data) return <ErrorPage error={families.error} onRetry={() => void families.refetch()} />;
  const countLabel =
    found.length === families.data.length
      ? REVISIONS_TEXT.families(found.length)
      : REVISIONS_TEXT.someOf(found.length, families.data.length);
  return (
    <Page
      title={REVISIONS_TEXT.title}
      actions={
        <TextInput
          aria-label={REVISIONS_TEXT.searchFamilies}
          placeholder={REVISIONS_TEXT.searchFamiliesOf(families.data.length)}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          w={260}
        />
      }
    >
      <StaleNotice error={families.error} onRetry={() => void families.refetch()} />
      <Card title={scope.region} aside={countLabel}>
        {found.length === 0 ? (
          <EmptyState
            title={
              families.data.length === 0
                ? REVISIONS_TEXT.noFamilies(scope.region)
                : REVISIONS_TEXT.noMatchingFamilies
            }
          />
        ) : (
          <FamilyList scope={scope} families={found} />
        )}
      </Card>
    </Page>
  );
}
