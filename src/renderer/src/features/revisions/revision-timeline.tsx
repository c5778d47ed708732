import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import type { Input } from '../../../../shared/contract.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { toSlipwayError, useEngine } from '../../lib/engine.ts';
import type { RevisionStatusChoice, RevisionsSearch } from '../../lib/search.ts';
import { useEngineFold } from '../../lib/streams.ts';
import { useFormatInstant } from '../../lib/time-zone.ts';
import { useFilterText } from '../../lib/use-filter-text.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { NoSuchFamily } from '../../ui/no-such-family.tsx';
import { CompareBar } from './compare-bar.tsx';
import { familyNamesFolding, toggleChoice } from './family-names.ts';
import { createMatcher, isEmptySearch, parseRevisionSearch } from './revision-search.ts';
import styles from './revision-timeline.module.css';
import { REVISIONS_TEXT } from './revisions-text.ts';
import { SearchFields, STATUSES } from './search-fields.tsx';
import { TimelineList } from './timeline-list.tsx';
import { useFailedRevisions } from './use-failed-revisions.ts';
import { useFamilyUse } from './use-family-use.ts';
import { UseNote } from './use-note.tsx';
import { useRevisionPages } from './use-revision-pages.ts';
import { useRevisionSearch } from './use-revision-search.ts';

const TYPING_MS = 200;
const DAY_MS = 24 * 60 * 60 * 1000;

interface RevisionTimelineProps {
  /** The service whose running revision is marked, if the family is looked at from one. */
  readonly service?: ServiceRef;
  readonly scope: Scope;
  readonly family: string;
  /** What the address says of the search. */
  readonly search: RevisionsSearch;
}

/** All revisions of a family, newest first, each with its image version; any two can be compared. */
export function RevisionTimeline({ service, scope, family, search: inAddress }: RevisionTimelineProps) {
  const { account, region } = scope;
  const { status = 'ACTIVE', days } = inAddress;
  const navigate = useNavigate();
  const change = (changed: RevisionsSearch): void =>
    void navigate({ to: '.', search: (before) => ({ ...before, ...changed }), replace: true });
  const [text, setText] = useFilterText(inAddress.words ?? '', (words) =>
    change({ words: words === '' ? undefined : words }),
  );
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const names = useEngineFold(
    'revisions.names',
    { account, region, family, statuses: STATUSES[status] },
    familyNamesFolding,
  );
  const { revisions: all, listedAt } = names.data ?? familyNamesFolding.initial;

  const [rested] = useDebouncedValue(text, TYPING_MS);
  const [openedAt] = useState(() => Date.now());
  const since = days === undefined ? undefined : openedAt - Number(days) * DAY_MS;
  const search = useMemo(() => parseRevisionSearch(rested, since), [rested, since]);
  const matches = useMemo(() => createMatcher(search), [search]);
  const isSearching = !isEmptySearch(search);
  const reading = useRevisionSearch(scope, all, isSearching && !names.isFetching);
  const shown = useMemo(() => {
    if (!isSearching) return all;
    return all.filter(({ arn }) => {
      const revision = reading.byArn.get(arn);
      return revision !== undefined && matches(revision);
    });
  }, [all, isSearching, reading.byArn, matches]);

  const failed = useFailedRevisions(scope);
  const { usedBy, reading: use, readAgain } = useFamilyUse(scope, family, service);
  const pages = useRevisionPages(scope, service);
  const toggle = useCallback((name: string) => setChosen((before) => toggleChoice(before, name)), []);

  return (
    <section className={styles.timeline} aria-label={REVISIONS_TEXT.revisionsOf(family)}>
      {names.error && <ErrorNotice error={names.error} onRetry={() => void names.refetch()} />}
      <div className={styles.bar}>
        <SearchFields
          text={text}
          onText={setText}
          days={days}
          onDays={(next) => change({ days: next })}
          status={status}
          onStatus={(next) => change({ status: next })}
        />
        <span role="status" className={styles.reading}>
          {countLabel(
            all.length,
            names.isFetching,
            isSearching ? { shown: shown.length, reading } : undefined,
          )}
        </span>
        {listedAt !== undefined && (
          <RefreshList
            input={{ account, region, family, statuses: STATUSES[status] }}
            listedAt={listedAt}
            onListed={() => void names.refetch()}
          />
        )}
        <CompareBar
          chosen={chosen}
          onCompare={pages.compare}
          onCompareWithRunning={pages.compareWithRunning}
          onClear={() => setChosen([])}
        />
      </div>
      {reading.error && <ErrorNotice error={reading.error} />}
      {all.length === 0 ? (
        <Nothing
          scope={scope}
          family={family}
          status={status}
          isReading={names.isFetching}
          isError={names.isError}
        />
      ) : (
        <TimelineList
          scope={scope}
          service={service}
          shown={shown}
          all={all}
          isWhole={listedAt !== undefined}
          usedBy={usedBy}
          failed={failed}
          chosen={chosen}
          onToggle={toggle}
          onCompare={pages.compare}
          onEdit={pages.edit}
          onRun={pages.run}
        />
      )}
      <UseNote reading={use} again={readAgain} />
    </section>
  );
}

interface NothingProps {
  readonly scope: Scope;
  readonly family: string;
  readonly status: RevisionStatusChoice;
  readonly isReading: boolean;
  readonly isError: boolean;
}

function Nothing({ scope, family, status, isReading, isError }: NothingProps) {
  if (isReading) return <LoadingRows what={REVISIONS_TEXT.loadingRevisions(family)} rows={8} height={50} />;
  if (isError) return null;
  if (status === 'ALL') return <NoSuchFamily scope={scope} family={family} />;
  return (
    <EmptyState title={REVISIONS_TEXT.noRevisions(family, status)}>
      {status === 'ACTIVE' && REVISIONS_TEXT.noActiveHelp}
    </EmptyState>
  );
}

function countLabel(
  listed: number,
  isListing: boolean,
  search:
    | {
        readonly shown: number;
        readonly reading: { readonly byArn: ReadonlyMap<string, unknown>; readonly isReading: boolean };
      }
    | undefined,
): string {
  if (search === undefined) {
    return isListing && listed > 0 ? REVISIONS_TEXT.loadedSoFar(listed) : REVISIONS_TEXT.revisions(listed);
  }
  const { shown, reading } = search;
  return reading.isReading
    ? REVISIONS_TEXT.searched(shown, listed, reading.byArn.size)
    : REVISIONS_TEXT.someOf(shown, listed);
}

interface RefreshListProps {
  readonly input: Immutable<Omit<Input<'revisions.names'>, 'whole'>>;
  readonly listedAt: string;
  readonly onListed: () => void;
}

/** Has AWS list all of it again, and says when that was done last. */
function RefreshList({ input, listedAt, onListed }: RefreshListProps) {
  const formatInstant = useFormatInstant();
  const client = useEngine();
  const list = useMutation({
    mutationFn: async () => {
      try {
        await client.call('revisions.names', { ...input, whole: true });
      } catch (thrown) {
        throw toSlipwayError(thrown);
      }
    },
    onSuccess: onListed,
  });
  return (
    <span className={styles.reading}>
      <Button
        size="compact-xs"
        variant="subtle"
        aria-label={REVISIONS_TEXT.refreshList}
        title={REVISIONS_TEXT.listed(formatInstant(listedAt))}
        loading={list.isPending}
        onClick={() => list.mutate()}
      >
        {REVISIONS_TEXT.refresh}
      </Button>
      {list.error && <ErrorNotice error={list.error} />}
    </span>
  );
}
