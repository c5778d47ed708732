import { Table, VisuallyHidden } from '@mantine/core';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { PlainCard } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage, StaleNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { DeploymentRow } from './deployment-row.tsx';
import { deploymentBefore } from './software-step.ts';

const POLL_MS = 15_000;

interface DeploymentHistoryProps {
  readonly service: ServiceRef;
  /** Family and number of the revision that the service is told to run. */
  readonly revision: string;
}

/** The releases of a service in the last 90 days, newest first, each with how it went. */
export function DeploymentHistory({ service, revision }: DeploymentHistoryProps) {
  const deployments = useEngineQuery('services.deployments', service, { pollMs: POLL_MS });
  if (!deployments.data) {
    return (
      <PlainCard label="History">
        {deployments.error ? (
          <ErrorPage error={deployments.error} onRetry={() => void deployments.refetch()} />
        ) : (
          <LoadingRows what="deployments" rows={5} height={40} />
        )}
      </PlainCard>
    );
  }
  return (
    <PlainCard label="History">
      <StaleNotice error={deployments.error} onRetry={() => void deployments.refetch()} />
      {deployments.data.length === 0 ? (
        <EmptyState title="This service was not deployed in the last 90 days.">
          ECS keeps no older deployments. The tab Revisions shows every revision that there is.
        </EmptyState>
      ) : (
        <HistoryTable service={service} revision={revision} deployments={deployments.data} />
      )}
    </PlainCard>
  );
}

interface HistoryTableProps extends DeploymentHistoryProps {
  readonly deployments: readonly Deployment[];
}

function HistoryTable({ service, revision, deployments }: HistoryTableProps) {
  const running = deployments.find((each) => each.outcome === 'succeeded' && each.revision === revision);
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Release</Table.Th>
          <Table.Th>Outcome</Table.Th>
          <Table.Th>Software</Table.Th>
          <Table.Th>Why</Table.Th>
          <Table.Th>Who</Table.Th>
          <Table.Th>When</Table.Th>
          <Table.Th ta="right">Took</Table.Th>
          <Table.Th w={40}>
            <VisuallyHidden>Actions</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {deployments.map((deployment, index) => (
          <DeploymentRow
            key={deployment.arn}
            service={service}
            deployment={deployment}
            before={deploymentBefore(deployments, index)}
            isRunning={deployment === running}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}
