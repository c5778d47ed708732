import { Table } from '@mantine/core';
import type { ServiceEvent } from '../../../../shared/model/service.ts';
import { PlainCard } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';

/** What ECS said about the service, newest first; ECS keeps the last 100. */
export function EventsTable({ events }: { readonly events: readonly ServiceEvent[] }) {
  return (
    <PlainCard label="Events">
      {events.length === 0 ? (
        <EmptyState title="No events yet" />
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={110}>Time</Table.Th>
              <Table.Th>Event</Table.Th>
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
