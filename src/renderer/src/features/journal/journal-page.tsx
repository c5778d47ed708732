import { Table } from '@mantine/core';
import { useEngineQuery } from '../../lib/queries.ts';
import { PlainCard } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage, StaleNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Page } from '../../ui/page.tsx';
import { JournalRow } from './journal-row.tsx';

/** Every change that was made, or tried, through Slipway on this machine. */
export function JournalPage() {
  return (
    <Page
      title="Journal"
      about={<span style={{ color: 'var(--soft)' }}>Changes made through Slipway on this machine</span>}
    >
      <PlainCard label="Journal">
        <JournalRows />
      </PlainCard>
    </Page>
  );
}

function JournalRows() {
  const journal = useEngineQuery('journal.list', {}, { pollMs: 5_000 });
  if (!journal.data) {
    if (!journal.error) return <LoadingRows what="the journal" rows={6} height={40} />;
    return <ErrorPage error={journal.error} onRetry={() => void journal.refetch()} />;
  }
  return (
    <>
      <StaleNotice error={journal.error} onRetry={() => void journal.refetch()} />
      {journal.data.entries.length === 0 ? (
        <EmptyState title="Nothing was changed through Slipway yet.">
          Every deployment, rollback and clean-up is written down here before it is sent to AWS.
        </EmptyState>
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>When</Table.Th>
              <Table.Th>What</Table.Th>
              <Table.Th>Where</Table.Th>
              <Table.Th>Why</Table.Th>
              <Table.Th>Who</Table.Th>
              <Table.Th>How it ended</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {journal.data.entries.map((entry) => (
              <JournalRow key={entry.id} entry={entry} />
            ))}
          </Table.Tbody>
        </Table>
      )}
    </>
  );
}
