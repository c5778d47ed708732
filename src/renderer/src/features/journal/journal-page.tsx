import { Button, Table } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { JournalEntry, JournalSearch } from '../../../../shared/model/journal.ts';
import type { LedgerState } from '../../../../shared/model/ledger.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngine } from '../../lib/engine.ts';
import type { JournalPageSearch } from '../../lib/journal-filters.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { saveFile } from '../../lib/save-file.ts';
import { useEngineStream } from '../../lib/streams.ts';
import { useFilterText } from '../../lib/use-filter-text.ts';
import { PlainCard } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage, StaleNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Page } from '../../ui/page.tsx';
import { LedgerNotice, SYNC_MS } from '../environments/ledger-notice.tsx';
import { JournalFilters } from './journal-filters.tsx';
import styles from './journal-page.module.css';
import { JournalRow } from './journal-row.tsx';
import { searchOf } from './journal-search.ts';
import { JOURNAL_TEXT } from './journal-text.ts';

const TYPING_MS = 250;
const PAGE = 100;
const MOST_SHOWN = 500;

/** Every change that was made, or tried, through Slipway on this machine. */
export function JournalPage({ search: inAddress }: { readonly search: JournalPageSearch }) {
  const navigate = useNavigate();
  const change = (changed: JournalPageSearch): void =>
    void navigate({ to: '.', search: (before) => ({ ...before, ...changed }), replace: true });
  const [text, setText] = useFilterText(inAddress.q ?? '', (q) => change({ q: q === '' ? undefined : q }));
  const [settled] = useDebouncedValue(text, TYPING_MS);
  const search = searchOf({ ...inAddress, q: settled });
  return (
    <Page
      title={JOURNAL_TEXT.title}
      about={<span style={{ color: 'var(--soft)' }}>{JOURNAL_TEXT.about}</span>}
      actions={<ExportButton search={search} />}
    >
      <PlainCard label={JOURNAL_TEXT.title}>
        <LedgerNotice />
        <JournalFilters text={text} onText={setText} search={inAddress} onChange={change} />
        <JournalRows key={JSON.stringify(search)} search={search} service={undefined} />
      </PlainCard>
    </Page>
  );
}

/** The changes of one service, and those of others that a team ledger has. */
export function ServiceJournal({ service }: { readonly service: ServiceRef }) {
  const { account, region, cluster } = service;
  const search = { account, region, cluster, subject: service.service };
  return (
    <PlainCard label={JOURNAL_TEXT.ofService}>
      <JournalRows search={search} service={service} />
    </PlainCard>
  );
}

interface JournalRowsProps {
  readonly search: JournalSearch;
  /** Whose older entries a team ledger may have. */
  readonly service: ServiceRef | undefined;
}

/** The newest changes that a search finds, and older ones on demand. */
function JournalRows({ search, service }: JournalRowsProps) {
  const [limit, setLimit] = useState(PAGE);
  const journal = useEngineQuery('journal.list', { ...search, limit }, { pollMs: 5_000 });
  if (!journal.data) {
    if (!journal.error) return <LoadingRows what="the journal" rows={6} height={40} />;
    return <ErrorPage error={journal.error} onRetry={() => void journal.refetch()} />;
  }
  const { entries, next, problem } = journal.data;
  return (
    <>
      <StaleNotice error={journal.error} onRetry={() => void journal.refetch()} />
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      {entries.length === 0 ? (
        <NoChanges isSearched={service === undefined && Object.keys(search).length > 0} />
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              {JOURNAL_TEXT.columns.map((column) => (
                <Table.Th key={column}>{column}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entries.map((entry) => (
              <JournalRow key={entry.id} entry={entry} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {next === undefined && service !== undefined && (
        <OlderInLedger
          service={service}
          onRead={() => {
            setLimit(Math.min(limit + PAGE, MOST_SHOWN));
            void journal.refetch();
          }}
        />
      )}
      {next !== undefined && (
        <div className={styles.more}>
          {limit < MOST_SHOWN ? (
            <Button onClick={() => setLimit(limit + PAGE)} loading={journal.isFetching}>
              {JOURNAL_TEXT.older}
            </Button>
          ) : (
            JOURNAL_TEXT.tooMany
          )}
        </div>
      )}
    </>
  );
}

interface OlderInLedgerProps {
  readonly service: ServiceRef;
  readonly onRead: () => void;
}

/** Fetches the next older entries of a service from its team ledger, and says where they are all here already. */
function OlderInLedger({ service, onRead }: OlderInLedgerProps) {
  const engine = useEngine();
  const cache = useQueryClient();
  const input = { place: service };
  // The page of the service asks for it anyway.
  const { data } = useEngineQuery('ledger.sync', input, { staleMs: SYNC_MS });
  const page = useMutation({
    mutationFn: () => engine.call('ledger.older', input),
    onSuccess({ problem, received, older = false }) {
      if (problem !== undefined) return;
      cache.setQueryData<LedgerState>(['ledger.sync', input], (newest) => newest && { ...newest, older });
      if (received > 0) onRead();
    },
  });
  const { problem, known = 0 } = page.data ?? {};
  if (data?.older !== true && known === 0) return null;
  return (
    <div className={styles.more}>
      {data?.older === true && (
        <Button onClick={() => page.mutate()} loading={page.isPending}>
          {JOURNAL_TEXT.older}
        </Button>
      )}{' '}
      <span role="status">{known > 0 ? JOURNAL_TEXT.known(known) : problem}</span>
    </div>
  );
}

function NoChanges({ isSearched }: { readonly isSearched: boolean }) {
  return isSearched ? (
    <EmptyState title={JOURNAL_TEXT.noMatch}>{JOURNAL_TEXT.noMatchHelp}</EmptyState>
  ) : (
    <EmptyState title={JOURNAL_TEXT.none}>{JOURNAL_TEXT.noneHelp}</EmptyState>
  );
}

/** Saves all changes that a search finds as one JSON file. */
function ExportButton({ search }: { readonly search: JournalSearch }) {
  const entries = useRef<JournalEntry[]>([]);
  const stream = useEngineStream('journal.export', {
    onEvent: (batch) => entries.current.push(...batch.entries),
  });
  const save = async (): Promise<void> => {
    entries.current = [];
    const end = await stream.start(search);
    if (end === undefined) return;
    const day = new Date().toISOString().slice(0, 10);
    saveFile(
      `slipway-journal-${day}.json`,
      'application/json',
      JSON.stringify(entries.current, undefined, 2),
    );
  };
  return (
    <Button
      loading={stream.current.state === 'running'}
      onClick={() => void save()}
      {...(stream.current.state === 'failed' ? { title: stream.current.error.message } : {})}
    >
      {stream.current.state === 'failed' ? JOURNAL_TEXT.retryExport : JOURNAL_TEXT.exportAsJson}
    </Button>
  );
}
