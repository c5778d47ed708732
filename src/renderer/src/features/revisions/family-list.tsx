import { useDebouncedValue } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { FamilyFacts } from '../../../../shared/model/revision.ts';
import { useRowHeight } from '../../lib/appearance.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Tag } from '../../ui/tag.tsx';
import { VirtualList } from '../../ui/virtual-list.tsx';
import styles from './families-page.module.css';
import { FAMILIES_TEXT, REVISIONS_TEXT } from './revisions-text.ts';
import { useFailedRevisions } from './use-failed-revisions.ts';
import { useFamilyFacts } from './use-family-facts.ts';
import type { ServicesOfFamilies } from './use-family-services.ts';

export const ROW_HEIGHT = 31;
const COMPACT_ROW_HEIGHT = 25;
/** A person who scrolls past rows does not wait for them. */
const REST_MS = 120;

interface Family {
  readonly family: string;
  readonly hasActive: boolean;
}

interface FamilyListProps {
  readonly scope: Scope;
  readonly families: readonly Family[];
  readonly services: ServicesOfFamilies;
}

/** Families with what is known of each; only those in sight are read. */
export function FamilyList({ scope, families, services: { byFamily, covered } }: FamilyListProps) {
  const [range, setRange] = useState('');
  const rowHeight = useRowHeight(ROW_HEIGHT, COMPACT_ROW_HEIGHT);
  const onRange = useCallback((first: number, last: number) => setRange(`${first} ${last}`), []);
  const [rested] = useDebouncedValue(range, REST_MS, { leading: true });
  const [first, last] = rested.split(' ').map(Number);
  const inSight = last === undefined ? [] : families.slice(first, last + 1);
  const facts = useFamilyFacts(
    scope,
    inSight.filter(({ hasActive }) => hasActive).map(({ family }) => family),
  );
  const failed = useFailedRevisions(scope);
  // Without a cluster that was read nothing is known, and an empty column would look like no use.
  const isKnown = covered.length > 0;
  const row = isKnown ? `${styles.row} ${styles.used}` : `${styles.row}`;
  return (
    <>
      {facts.error && <ErrorNotice error={facts.error} onRetry={facts.retry} />}
      <div className={`${row} ${styles.head}`}>
        <span>{FAMILIES_TEXT.family}</span>
        <span>{FAMILIES_TEXT.newest}</span>
        <span className={styles.number}>{FAMILIES_TEXT.revisions}</span>
        {isKnown && <span>{FAMILIES_TEXT.usedBy}</span>}
        <span>{FAMILIES_TEXT.registered}</span>
      </div>
      <VirtualList
        items={families}
        keyOf={({ family }) => family}
        rowHeight={rowHeight}
        scroller={{ className: styles.scroll }}
        rowAttributes={() => ({ className: row })}
        onRange={onRange}
      >
        {({ family, hasActive }) => (
          <FamilyRow
            scope={scope}
            family={family}
            hasActive={hasActive}
            facts={facts.byFamily.get(family)}
            services={isKnown ? (byFamily.get(family) ?? []) : undefined}
            failure={failed.get(facts.byFamily.get(family)?.newest?.name ?? '')}
          />
        )}
      </VirtualList>
    </>
  );
}

interface FamilyRowProps extends Family {
  readonly scope: Scope;
  /** Missing until they are read. */
  readonly facts: FamilyFacts | undefined;
  /** Missing where no cluster was read. */
  readonly services: readonly string[] | undefined;
  /** Why the last release of the newest revision failed. */
  readonly failure: string | undefined;
}

function FamilyRow({ scope, family, hasActive, facts, services, failure }: FamilyRowProps) {
  const { account, region } = scope;
  const { newest } = facts ?? {};
  return (
    <>
      <Link to="/a/$account/$region/families/$family" params={{ account, region, family }} title={family}>
        {family}
      </Link>
      <span>
        {newest?.name.slice(newest.name.lastIndexOf(':'))}
        {!hasActive && <Tag kind="idle">{REVISIONS_TEXT.noActiveRevision}</Tag>}{' '}
        {failure !== undefined && (
          <span title={failure}>
            <Tag kind="failed">{REVISIONS_TEXT.failed}</Tag>
          </span>
        )}
      </span>
      <span className={styles.number}>{facts && FAMILIES_TEXT.count(facts.revisions, facts.hasMore)}</span>
      {services && (
        <span title={services.join('\n')}>
          {services[0]}
          {services.length > 1 && ` +${services.length - 1}`}
        </span>
      )}
      <span>{newest?.registeredAt !== undefined && <RelativeTime at={newest.registeredAt} />}</span>
    </>
  );
}
