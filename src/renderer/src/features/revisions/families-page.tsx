import { TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import type { FilterSearch } from '../../lib/search.ts';
import { useFilterText } from '../../lib/use-filter-text.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage, StaleNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Page } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import styles from './families-page.module.css';
import { FamilyList, ROW_HEIGHT } from './family-list.tsx';
import { FAMILIES_TEXT, REVISIONS_TEXT } from './revisions-text.ts';
import { type ServicesOfFamilies, useFamilyServices } from './use-family-services.ts';

export interface FamiliesPageProps {
  readonly scope: Scope;
  readonly search: FilterSearch;
}

/** All task definition families of an account and region, to search in. */
export function FamiliesPage({ scope, search }: FamiliesPageProps) {
  const navigate = useNavigate();
  const [text, setText] = useFilterText(search.q ?? '', (q) => {
    void navigate({ to: '.', search: q === '' ? {} : { q }, replace: true });
  });
  const families = useEngineQuery('families.all', scope, { staleMs: 60_000 });
  const services = useFamilyServices(scope);
  const found = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return (families.data ?? []).filter(({ family }) => family.toLowerCase().includes(wanted));
  }, [families.data, text]);
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
      about={<Coverage services={services} />}
      actions={
        <TextInput
          aria-label={REVISIONS_TEXT.searchFamilies}
          placeholder={REVISIONS_TEXT.searchFamiliesOf(families.data.length)}
          value={text}
          maxLength={200}
          onChange={(event) => setText(event.currentTarget.value)}
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
          <FamilyList scope={scope} families={found} services={services} />
        )}
      </Card>
    </Page>
  );
}

/** Names of clusters that are not read; further ones are counted. */
const MOST_NAMED = 3;

/** Which clusters the column of services covers, and how old it is. */
function Coverage({ services: { covered, missing } }: { readonly services: ServicesOfFamilies }) {
  const [oldest] = covered.toSorted();
  if (oldest === undefined) return <p className={styles.coverage}>{FAMILIES_TEXT.usedByNone}</p>;
  const more = missing.length - MOST_NAMED;
  const named = [...missing.slice(0, MOST_NAMED), ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return (
    <p className={styles.coverage}>
      {missing.length === 0
        ? FAMILIES_TEXT.usedByAll(covered.length)
        : FAMILIES_TEXT.usedBySome(covered.length, covered.length + missing.length, named)}{' '}
      <RelativeTime at={oldest} />. {FAMILIES_TEXT.usedByEvery}
    </p>
  );
}
