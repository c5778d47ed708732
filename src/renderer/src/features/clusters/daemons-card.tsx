import { Table } from '@mantine/core';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import type { Daemon } from '../../../../shared/model/daemon.ts';
import { shortDigest } from '../../lib/format.ts';
import { useIsOffline } from '../../lib/outage.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Card } from '../../ui/card.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Mono } from '../../ui/mono.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { OUTCOME_LABELS } from '../../ui/ui-text.ts';

const POLL_MS = 30_000;

/** The managed daemons of a cluster with their revisions and newest deployments; nothing where there are none. */
export function DaemonsCard({ cluster }: { readonly cluster: ClusterRef }) {
  const { account, region } = cluster;
  const daemons = useEngineQuery(
    'daemons.list',
    { account, region, cluster: cluster.cluster },
    { pollMs: POLL_MS },
  );
  const isSaid = useIsOffline();
  if (daemons.isError && !daemons.data)
    return isSaid ? null : <ErrorNotice error={daemons.error} onRetry={() => void daemons.refetch()} />;
  if (!daemons.data || daemons.data.length === 0) return null;
  return (
    <Card title="Managed daemons">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Daemon</Table.Th>
            <Table.Th>Revisions</Table.Th>
            <Table.Th>Deployments</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {daemons.data.map((daemon) => (
            <DaemonRow key={daemon.arn} daemon={daemon} />
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function DaemonRow({ daemon }: { readonly daemon: Daemon }) {
  return (
    <Table.Tr style={{ verticalAlign: 'top' }}>
      <Table.Th scope="row">
        {daemon.name} <CopyId value={daemon.arn} what="daemon ARN" />
        {daemon.isDeleting ? <div>Being deleted</div> : null}
      </Table.Th>
      <Table.Td>
        {daemon.revisions.map(({ arn, taskDefinition, images, running }) => (
          <div key={arn}>
            {taskDefinition}, {running === 1 ? '1 instance' : `${running} instances`}
            {images.map(({ container, image, digest }) => (
              <div key={container}>
                <Mono>{image}</Mono>
                {digest === undefined ? null : <Mono> @{shortDigest(digest)}</Mono>}
              </div>
            ))}
          </div>
        ))}
      </Table.Td>
      <Table.Td>
        {daemon.deployments.map(({ arn, outcome, statusReason, taskDefinition, createdAt }) => (
          <div key={arn} title={statusReason}>
            {taskDefinition ?? 'Removal'}: {OUTCOME_LABELS[outcome]}{' '}
            {createdAt === undefined ? null : <RelativeTime at={createdAt} />}
          </div>
        ))}
      </Table.Td>
    </Table.Tr>
  );
}
