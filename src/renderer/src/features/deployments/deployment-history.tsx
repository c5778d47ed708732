import { Table, VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { ReleaseFacts, ServiceHistory } from '../../../../shared/model/history.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { personName } from '../../lib/person-name.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { PlainCard } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage, StaleNotice } from '../../ui/error-notice.tsx';
import { ImageVersionLine } from '../../ui/image-version-line.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mono } from '../../ui/mono.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Tag } from '../../ui/tag.tsx';
import styles from './deployment-row.module.css';
import { DeploymentRow } from './deployment-row.tsx';
import { deploymentBefore } from './image-version-step.ts';

const POLL_MS = 15_000;
const KEPT_MS = 5 * 60_000;

interface DeploymentHistoryProps {
  readonly service: ServiceRef;
  /** Family and number of the revision that the service is told to run. */
  readonly revision: string;
}

/** The releases of a service, newest first, each with how it went, and the revisions of the time before. */
export function DeploymentHistory({ service, revision }: DeploymentHistoryProps) {
  const deployments = useEngineQuery('services.deployments', service, { pollMs: POLL_MS });
  const history = useReleaseFacts(service, deployments.data);
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
        <EmptyState title="No deployments in the last 90 days">
          ECS does not keep older deployments.
        </EmptyState>
      ) : (
        <HistoryTable
          service={service}
          revision={revision}
          deployments={deployments.data}
          facts={new Map(history?.releases.map((release) => [release.arn, release]))}
        />
      )}
      {history && <EarlierRevisions service={service} history={history} />}
    </PlainCard>
  );
}

interface HistoryTableProps extends DeploymentHistoryProps {
  readonly deployments: readonly Deployment[];
  readonly facts: ReadonlyMap<string, ReleaseFacts>;
}

/** What the deployments themselves do not say. It comes after them, and is read again when one begins or ends. */
function useReleaseFacts(
  service: ServiceRef,
  deployments: readonly Deployment[] | undefined,
): ServiceHistory | undefined {
  const { data, refetch, isFetched } = useEngineQuery('services.history', service, {
    enabled: deployments !== undefined,
    staleMs: KEPT_MS,
  });
  const [newest] = deployments ?? [];
  const stamp = newest && `${newest.arn} ${newest.status}`;
  const seen = useRef(stamp);
  useEffect(() => {
    const before = seen.current;
    seen.current = stamp;
    if (before !== undefined && before !== stamp && isFetched) void refetch();
  }, [stamp, isFetched, refetch]);
  return data;
}

function HistoryTable({ service, revision, deployments, facts }: HistoryTableProps) {
  const running = deployments.find((each) => each.outcome === 'succeeded' && each.revision === revision);
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Release</Table.Th>
          <Table.Th>Result</Table.Th>
          <Table.Th>Image</Table.Th>
          <Table.Th>Reason</Table.Th>
          <Table.Th>Time</Table.Th>
          <Table.Th w={64}>
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
            facts={facts.get(deployment.arn)}
            isRunning={deployment === running}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface EarlierRevisionsProps {
  readonly service: ServiceRef;
  readonly history: ServiceHistory;
}

/** The revisions of the time before ECS kept deployments. They may have run, or not. */
function EarlierRevisions({ service, history }: EarlierRevisionsProps) {
  const { earlier, earlierCount } = history;
  if (earlier.length === 0) return null;
  const hidden = earlierCount - earlier.length;
  return (
    <section aria-label="Before the first recorded deployment" className={styles.earlier}>
      <h3>Before the first recorded deployment</h3>
      <p className={styles.soft}>
        ECS keeps deployments for 90 days. These revisions are older, so Slipway can't tell whether they were
        deployed.
      </p>
      <ol>
        {earlier.map(({ revision, images }) => (
          <li key={revision.arn}>
            <Mono>
              <b>{revision.name}</b>
            </Mono>
            <Tag kind="idle">result unknown</Tag>
            <span className={styles.line}>
              <Mono>{images[0] && <ImageVersionLine difference={images[0]} />}</Mono>
            </span>
            <span className={styles.soft}>
              {revision.registeredBy !== undefined && `registered by ${personName(revision.registeredBy)}`}
            </span>
            <span className={styles.soft}>
              {revision.registeredAt !== undefined && <RelativeTime at={revision.registeredAt} />}
            </span>
          </li>
        ))}
      </ol>
      {hidden > 0 && (
        <Link
          to="/a/$account/$region/c/$cluster/s/$service"
          params={service}
          search={(now) => ({ ...now, tab: 'revisions' })}
        >
          {hidden} more in Revisions
        </Link>
      )}
    </section>
  );
}
