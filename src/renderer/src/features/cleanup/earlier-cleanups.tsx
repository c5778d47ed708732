import { Table } from '@mantine/core';
import type { CleanupJob } from '../../../../shared/model/cleanup.ts';
import { Card } from '../../ui/card.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StateTag } from '../../ui/tag.tsx';
import { CLEANUP_TEXT, countLabel, jobTargetLabel, markOf, stateLabel, targetNames } from './cleanup-text.ts';

/** Clean-ups that are over, a line each. */
export function EarlierCleanups({ jobs }: { readonly jobs: readonly CleanupJob[] }) {
  return (
    <Card title={CLEANUP_TEXT.earlier}>
      <Table>
        <Table.Tbody>
          {jobs.map((job) => (
            <Table.Tr key={job.id}>
              <Table.Td>
                <RelativeTime at={job.createdAt} />
              </Table.Td>
              <Table.Td>
                <span title={targetNames(job).join(', ')}>{jobTargetLabel(job)}</span>
              </Table.Td>
              <Table.Td>
                <StateTag kind={markOf(job)}>{stateLabel(job)}</StateTag>
              </Table.Td>
              <Table.Td>{countLabel(job)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}
