import { Table } from '@mantine/core';
import type { ServiceEvent } from '../../../../shared/model/service.ts';
import { PlainCard } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { EVENTS_TEXT } from './events-text.ts';

/** What ECS said about the service, newest first; ECS keeps the last 100. */
export function EventsTable({ events }: { readonly events: readonly ServiceEvent[] }) {
  return (
    <PlainCard label={EVENTS_TEXT.title}>
      {events.length === 0 ? (
        <EmptyState title={EVENTS_TEXT.none} />
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={110}>{EVENTS_TEXT.time}</Table.Th>
              <Table.Th>{EVENTS_TEXT.event}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {events.map((event) => (
              <Table.Tr key={event.id}>
                <Table.Td c="dimmed" style={{ whiteSpace: 'nowrap' }}>
                  <RelativeTime at={event.at} />
                </Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{event.message}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </PlainCard>
  );
}
