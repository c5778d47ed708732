import { ActionIcon, Table } from '@mantine/core';
import { IconArrowBackUp, IconGitCompare } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { ReleaseFacts } from '../../../../shared/model/history.ts';
import { releaseName } from '../../../../shared/model/image-version.ts';
import type { ImageDifference } from '../../../../shared/model/revision.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { shortDigest } from '../../lib/format.ts';
import { personName } from '../../lib/person-name.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Bytes } from '../../ui/bytes.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { Duration, Elapsed } from '../../ui/duration.tsx';
import { ImageVersionLine } from '../../ui/image-version-line.tsx';
import { Mono } from '../../ui/mono.tsx';
import { OutcomeBadge } from '../../ui/outcome-badge.tsx';
import { Age, RelativeTime } from '../../ui/relative-time.tsx';
import { Tag } from '../../ui/tag.tsx';
import styles from './deployment-row.module.css';
import { DEPLOYMENTS_TEXT } from './deployments-text.ts';
import { ReleasedImageVersion } from './released-image-version.tsx';

interface DeploymentRowProps {
  readonly service: ServiceRef;
  readonly deployment: Deployment;
  /** The deployment before it, if it is known. */
  readonly before: Deployment | undefined;
  /** More about the release, once it has been read. */
  readonly facts: ReleaseFacts | undefined;
  /** Whether it is running now, so that there is no rollback to it. */
  readonly isRunning: boolean;
}

/** One release: its images, its result, and a rollback to it. */
export function DeploymentRow({ service, deployment, before, facts, isRunning }: DeploymentRowProps) {
  const when = deployment.startedAt ?? deployment.createdAt;
  return (
    <>
      <Table.Tr className={styles.row}>
        <Table.Td className={styles.release}>
          <div className={styles.named}>
            <Mono>
              <ReleaseName service={service} deployment={deployment} />
            </Mono>
            <CopyId value={deployment.arn} what={DEPLOYMENTS_TEXT.copyArn} />
          </div>
        </Table.Td>
        <Table.Td>
          <OutcomeBadge outcome={deployment.outcome} status={deployment.status} />{' '}
          {isRunning ? <Tag kind="ok">{DEPLOYMENTS_TEXT.running}</Tag> : null}
          {deployment.isRollbackTarget ? <Tag kind="idle">{DEPLOYMENTS_TEXT.rollbackTarget}</Tag> : null}
          <KnownVerdict service={service} deployment={deployment} />
        </Table.Td>
        <Table.Td className={styles.imageVersion}>
          {facts && facts.images.length > 0 ? (
            <ReleaseImageVersion facts={facts} />
          ) : (
            <ReleasedImageVersion deployment={deployment} before={before} />
          )}
        </Table.Td>
        <Table.Td className={styles.reason}>
          {deployment.why ?? facts?.note}
          <div className={styles.soft}>
            <Who deployment={deployment} facts={facts} />
          </div>
        </Table.Td>
        <Table.Td className={`${styles.soft} ${styles.when}`}>
          {when === undefined ? null : <RelativeTime at={when} />}
          <div>
            <Took deployment={deployment} />
          </div>
        </Table.Td>
        <Table.Td ta="right" className={styles.when}>
          <CompareReleases service={service} deployment={deployment} before={before} />{' '}
          {deployment.outcome === 'succeeded' && !isRunning ? (
            <ActionIcon
              size="sm"
              variant="default"
              aria-label={DEPLOYMENTS_TEXT.rollBackTo(
                releaseName(deployment, service.service) ?? deployment.id,
              )}
              title={DEPLOYMENTS_TEXT.rollBackTo(releaseName(deployment, service.service) ?? deployment.id)}
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
      <WhyFailed deployment={deployment} facts={facts} />
    </>
  );
}

/** Opens the details of a finished release: its tasks, and the diagnosis where one was kept. */
function ReleaseName({ service, deployment }: Pick<DeploymentRowProps, 'service' | 'deployment'>) {
  const name = deployment.revision ?? deployment.id;
  if (deployment.outcome === 'in-progress') return <b className={styles.breaks}>{name}</b>;
  return (
    <Link
      to="/a/$account/$region/c/$cluster/s/$service"
      params={service}
      search={(now) => ({ ...now, deployment: deployment.arn })}
      className={styles.name}
      title={DEPLOYMENTS_TEXT.details(name)}
    >
      {name}
    </Link>
  );
}

/** Leads to what differs from the release before, network and load balancers included. */
function CompareReleases({
  service,
  deployment,
  before,
}: Pick<DeploymentRowProps, 'service' | 'deployment' | 'before'>) {
  const { serviceRevisionArn: after, revision } = deployment;
  const earlier = before?.serviceRevisionArn;
  if (after === undefined || earlier === undefined || after === earlier) return null;
  const label = DEPLOYMENTS_TEXT.compare(revision ?? deployment.id);
  return (
    <ActionIcon
      size="sm"
      variant="subtle"
      color="gray"
      aria-label={label}
      title={label}
      renderRoot={(props) => (
        <Link
          to="/a/$account/$region/diff"
          params={{ account: service.account, region: service.region }}
          search={{ before: earlier, after }}
          {...props}
        />
      )}
    >
      <IconGitCompare size={14} aria-hidden />
    </ActionIcon>
  );
}

/** Who released it, as the journal knows; otherwise only who registered its revision is known. */
function Who({ deployment, facts }: Pick<DeploymentRowProps, 'deployment' | 'facts'>) {
  if (deployment.callerIdentity !== undefined) return deployment.callerIdentity;
  if (facts?.registeredBy === undefined) return null;
  return (
    <span title={facts.registeredBy}>{DEPLOYMENTS_TEXT.registeredBy(personName(facts.registeredBy))}</span>
  );
}

/**
 * The verdict on a release, if its card has read it. A row does not read it by itself, because CloudWatch bills each read.
 */
function KnownVerdict({ service, deployment }: Pick<DeploymentRowProps, 'service' | 'deployment'>) {
  const { account, region, cluster, service: name } = service;
  const { data: verdict } = useEngineQuery(
    'services.verdict',
    { account, region, cluster, service: name, deployment: deployment.arn },
    { enabled: false },
  );
  if (verdict === undefined || verdict.judgement === 'not-enough-data') return null;
  const { judgement, sentence } = verdict;
  return (
    <div className={judgement === 'worse' ? styles.cause : styles.soft} title={sentence}>
      {DEPLOYMENTS_TEXT.verdict[judgement]}
    </div>
  );
}

type WhyFailedProps = Pick<DeploymentRowProps, 'deployment' | 'facts'>;

/** Why a release did not succeed, below its row: the cause, and the message of ECS. */
function WhyFailed({ deployment, facts }: WhyFailedProps) {
  if (deployment.outcome === 'succeeded') return null;
  const { statusReason } = deployment;
  const cause = facts?.cause;
  if (statusReason === undefined && cause === undefined) return null;
  return (
    <Table.Tr className={styles.more}>
      <Table.Td />
      <Table.Td colSpan={5} className={deployment.outcome === 'in-progress' ? styles.soft : styles.cause}>
        {/* Has its line before it is read, so that the releases below stay where they are. */}
        {facts !== undefined && cause === undefined ? null : <b className={styles.causeLine}>{cause}</b>}
        {statusReason}
      </Table.Td>
    </Table.Tr>
  );
}

/** How long it took, or has taken so far. */
function Took({ deployment }: { readonly deployment: Deployment }) {
  if (deployment.durationMs !== undefined) {
    return (
      <>
        {DEPLOYMENTS_TEXT.took} <Duration ms={deployment.durationMs} />
      </>
    );
  }
  const since = deployment.startedAt ?? deployment.createdAt;
  if (deployment.outcome !== 'in-progress' || since === undefined) return null;
  return (
    <>
      {DEPLOYMENTS_TEXT.since} <Elapsed since={since} />
    </>
  );
}

/** The image version of a release, a line for each container that changed, or else the first one's. */
function ReleaseImageVersion({ facts }: { readonly facts: ReleaseFacts }) {
  const changed = facts.images.filter(({ change }) => change !== 'unchanged');
  const shown = changed.length > 0 ? changed : facts.images.slice(0, 1);
  return shown.map((image) => <ContainerLine key={image.container} image={image} all={facts.images} />);
}

interface ContainerLineProps {
  readonly image: ImageDifference;
  readonly all: readonly ImageDifference[];
}

function ContainerLine({ image, all }: ContainerLineProps) {
  const side = image.after;
  const { sizeBytes, builtAt } = side?.facts ?? {};
  return (
    <div className={styles.container}>
      <Mono>
        {all.length > 1 && <span className={styles.soft}>{image.container} </span>}
        <ImageVersionLine difference={image} />
      </Mono>
      <span className={styles.facts}>
        {side?.digest !== undefined && <Mono>{shortDigest(side.digest)}</Mono>}
        {sizeBytes !== undefined && <Bytes value={sizeBytes} />}
        {builtAt !== undefined && (
          <span>
            built <Age at={builtAt} /> ago
          </span>
        )}
      </span>
    </div>
  );
}
