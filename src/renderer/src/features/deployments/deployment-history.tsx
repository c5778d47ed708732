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
import { DEPLOYMENTS_TEXT } from './deployments-text.ts';
import { deploymentBefore } from './image-version-step.ts';

const POLL_MS = 15_000;
const KEPT_MS = 5 * 60_000;

interface DeploymentHistoryProps {
  readonly service: ServiceRef;
  /** Family and number of the revision of the service. */
  readonly revision: string;
}

/** The releases of a service, newest first, each with its result, and the revisions from before them. */
export function DeploymentHistory({ service, revision }: DeploymentHistoryProps) {
  const deployments = useEngineQuery('services.deployments', service, { pollMs: POLL_MS });
  const history = useReleaseFacts(service, deployments.data);
  if (!deployments.data) {
    return (
      <PlainCard label={DEPLOYMENTS_TEXT.history}>
        {deployments.error ? (
          <ErrorPage error={deployments.error} onRetry={() => void deployments.refetch()} />
        ) : (
          <LoadingRows what={DEPLOYMENTS_TEXT.loading} rows={5} height={40} />
        )}
      </PlainCard>
    );
  }
  return (
    <PlainCard label={DEPLOYMENTS_TEXT.history}>
      <StaleNotice error={deployments.error} onRetry={() => void deployments.refetch()} />
      {deployments.data.length === 0 ? (
        <EmptyState title={DEPLOYMENTS_TEXT.none}>{DEPLOYMENTS_TEXT.noneHelp}</EmptyState>
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

/** What the deployments do not have. It is read after them, and again when a deployment starts or ends. */
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
  // Until a deployment has ended, the revision of the service is the one that is to run.
  const isInProgress = deployments[0]?.outcome === 'in-progress';
  const running = isInProgress
    ? undefined
    : deployments.find((each) => each.outcome === 'succeeded' && each.revision === revision);
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{DEPLOYMENTS_TEXT.release}</Table.Th>
          <Table.Th>{DEPLOYMENTS_TEXT.result}</Table.Th>
          <Table.Th>{DEPLOYMENTS_TEXT.image}</Table.Th>
          <Table.Th>{DEPLOYMENTS_TEXT.reason}</Table.Th>
          <Table.Th>{DEPLOYMENTS_TEXT.time}</Table.Th>
          <Table.Th w={64}>
            <VisuallyHidden>{DEPLOYMENTS_TEXT.actions}</VisuallyHidden>
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

/** The revisions from before the first deployment that ECS still has. They may or may not have been deployed. */
function EarlierRevisions({ service, history }: EarlierRevisionsProps) {
  const { earlier, earlierCount } = history;
  if (earlier.length === 0) return null;
  const hidden = earlierCount - earlier.length;
  return (
    <section aria-label={DEPLOYMENTS_TEXT.earlier} className={styles.earlier}>
      <h3>{DEPLOYMENTS_TEXT.earlier}</h3>
      <p className={styles.soft}>{DEPLOYMENTS_TEXT.earlierHelp}</p>
      <ol>
        {earlier.map(({ revision, images }) => (
          <li key={revision.arn}>
            <Mono>
              <b>{revision.name}</b>
            </Mono>
            <Tag kind="idle">{DEPLOYMENTS_TEXT.resultUnknown}</Tag>
            <span className={styles.line}>
              <Mono>{images[0] && <ImageVersionLine difference={images[0]} />}</Mono>
            </span>
            <span className={styles.soft}>
              {revision.registeredBy !== undefined &&
                DEPLOYMENTS_TEXT.registeredBy(personName(revision.registeredBy))}
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
          {DEPLOYMENTS_TEXT.moreRevisions(hidden)}
        </Link>
      )}
    </section>
  );
}
