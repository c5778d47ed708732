import { Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Scope } from '../../../../shared/model/account.ts';
import { type ClusterList, useClusters } from '../../lib/clusters.ts';
import { usePlaceOverviews } from '../../lib/place-overviews.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { EnvironmentBadge } from '../../ui/environment-badge.tsx';
import { ErrorPage, StaleNotice } from '../../ui/error-notice.tsx';
import { KeptNotice } from '../../ui/kept-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Page } from '../../ui/page.tsx';
import { StateCounts } from '../../ui/state-counts.tsx';
import { AttentionRows } from './attention-rows.tsx';
import { CLUSTER_TEXT } from './cluster-text.ts';

/** The clusters of an account and region. */
export function ClustersPage({ scope }: { readonly scope: Scope }) {
  const list = useClusters(scope, { pollMs: 30_000, staleMs: 15_000 });
  const [overview] = usePlaceOverviews(scope).data?.values() ?? [];
  return (
    <Page title="Clusters">
      {list.clusters ? <StaleNotice error={list.error} onRetry={list.retry} /> : null}
      {list.keptAt === undefined ? null : <KeptNotice at={list.keptAt} />}
      <Card title={scope.region}>
        <ClusterRows scope={scope} list={list} />
      </Card>
      {overview?.clusters.some(({ rows }) => rows.length > 0) ? (
        <Card title={CLUSTER_TEXT.attention}>
          {overview.clusters
            .filter(({ rows }) => rows.length > 0)
            .map((cluster) => (
              <section key={cluster.arn} aria-label={cluster.name}>
                <CardBody>
                  <b>{cluster.name}</b> {cluster.counts && <StateCounts counts={cluster.counts} />}
                </CardBody>
                <AttentionRows scope={scope} cluster={cluster} />
              </section>
            ))}
        </Card>
      ) : null}
    </Page>
  );
}

interface ClusterRowsProps {
  readonly scope: Scope;
  readonly list: ClusterList;
}

function ClusterRows({ scope, list: { clusters, isPending, error, retry } }: ClusterRowsProps) {
  if (isPending) return <LoadingRows what="clusters" rows={4} height={32} />;
  if (!clusters) return error && <ErrorPage error={error} onRetry={retry} />;
  if (clusters.length === 0) {
    return (
      <EmptyState title={`There are no clusters in ${scope.region}.`}>
        Choose another region on the left, or create a cluster in the AWS console.
      </EmptyState>
    );
  }
  return (
    <Table highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Cluster</Table.Th>
          <Table.Th>Environment</Table.Th>
          <Table.Th ta="right">Services</Table.Th>
          <Table.Th ta="right">Running tasks</Table.Th>
          <Table.Th ta="right">Pending tasks</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {clusters.map((cluster) => (
          <Table.Tr key={cluster.arn}>
            <Table.Td>
              <Link to="/a/$account/$region/c/$cluster" params={{ ...scope, cluster: cluster.name }}>
                <b>{cluster.name}</b>
              </Link>{' '}
              <CopyId value={cluster.arn} what="cluster ARN" />
            </Table.Td>
            <Table.Td>
              <EnvironmentBadge environment={cluster.environment} />
            </Table.Td>
            <Table.Td ta="right">{cluster.services}</Table.Td>
            <Table.Td ta="right">{cluster.runningTasks}</Table.Td>
            <Table.Td ta="right">{cluster.pendingTasks}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
