import { ActionIcon, Table } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { Duration, Elapsed } from '../../ui/duration.tsx';
import { Mono } from '../../ui/mono.tsx';
import { OutcomeBadge } from '../../ui/outcome-badge.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Tag } from '../../ui/tag.tsx';
import styles from './deployment-row.module.css';
import { ReleasedSoftware } from './released-software.tsx';

interface DeploymentRowProps {
  readonly service: ServiceRef;
  readonly deployment: Deployment;
  /** The deployment before it, if it is known. */
  readonly before: Deployment | undefined;
  /** Whether it is what runs now, so that there is no going back to it. */
  readonly isRunning: boolean;
}

/** One release: what it brought, how it ended, and the way back to it. */
export function DeploymentRow({ service, deployment, before, isRunning }: DeploymentRowProps) {
  const when = deployment.startedAt ?? deployment.createdAt;
  return (
    <>
      <Table.Tr className={styles.row}>
        <Table.Td className={styles.release}>
          <Mono>
            <b>{deployment.revision ?? deployment.id}</b>
          </Mono>{' '}
          <CopyId value={deployment.arn} what="service deployment ARN" />
        </Table.Td>
        <Table.Td>
          <OutcomeBadge outcome={deployment.outcome} status={deployment.status} />{' '}
          {deployment.isRollbackTarget ? <Tag kind="idle">rollback target</Tag> : null}
        </Table.Td>
        <Table.Td>
          <ReleasedSoftware deployment={deployment} before={before} />
        </Table.Td>
        <Table.Td>{deployment.why}</Table.Td>
        <Table.Td className={styles.soft}>{deployment.who}</Table.Td>
        <Table.Td className={`${styles.soft} ${styles.when}`}>
          {when === undefined ? null : <RelativeTime at={when} />}
        </Table.Td>
        <Table.Td className={`${styles.soft} ${styles.number}`}>
          <Took deployment={deployment} />
        </Table.Td>
        <Table.Td ta="right">
          {deployment.outcome === 'succeeded' && !isRunning ? (
            <ActionIcon
              size="sm"
              variant="default"
              aria-label={`Roll back to ${deployment.revision ?? deployment.id}`}
              title={`Roll back to ${deployment.revision ?? deployment.id}`}
              renderRoot={(props) => (
                <Link
                  to="/a/$account/$region/c/$cluster/s/$service"
                  params={service}
                  search={(now) => ({ ...now, dialog: 'rollback', to: deployment.arn })}
                  {...props}
                />
              )}
            >
              <IconArrowBackUp size={14} aria-hidden />
            </ActionIcon>
          ) : null}
        </Table.Td>
      </Table.Tr>
      <StatusReason deployment={deployment} />
    </>
  );
}

/** ECS's own words about a release that did not simply succeed, below its line. */
function StatusReason({ deployment }: { readonly deployment: Deployment }) {
  if (deployment.statusReason === undefined || deployment.outcome === 'succeeded') return null;
  return (
    <Table.Tr className={styles.more}>
      <Table.Td />
      <Table.Td colSpan={7} className={deployment.outcome === 'in-progress' ? styles.soft : styles.cause}>
        {deployment.statusReason}
      </Table.Td>
    </Table.Tr>
  );
}

/** How long it took, or has taken so far. */
function Took({ deployment }: { readonly deployment: Deployment }) {
  if (deployment.durationMs !== undefined) return <Duration ms={deployment.durationMs} />;
  const since = deployment.startedAt ?? deployment.createdAt;
  return deployment.outcome === 'in-progress' && since !== undefined ? <Elapsed since={since} /> : null;
}
