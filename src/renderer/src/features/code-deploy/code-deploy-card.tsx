import type {
  CodeDeployDeployment,
  CodeDeployEvent,
  CodeDeployOfService,
} from '../../../../shared/model/code-deploy.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Card } from '../../ui/card.tsx';
import { ConsoleLink } from '../../ui/console-link.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { Duration, Elapsed } from '../../ui/duration.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mark, type MarkKind } from '../../ui/mark.tsx';
import { OutcomeBadge } from '../../ui/outcome-badge.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import styles from './code-deploy-card.module.css';
import { CODE_DEPLOY_TEXT } from './code-deploy-text.ts';
import { TrafficShares } from './traffic-shares.tsx';
import { Ways } from './ways.tsx';

interface CodeDeployCardProps {
  readonly service: ServiceRef;
  /** The deployment controller of the service. */
  readonly controller: string;
}

const POLL_MS = 5_000;

/** The newest CodeDeploy deployment of a service that CodeDeploy deploys. Nothing for any other. */
export function CodeDeployCard({ service, controller }: CodeDeployCardProps) {
  return controller === 'CODE_DEPLOY' ? <Deployed service={service} /> : null;
}

function Deployed({ service }: { readonly service: ServiceRef }) {
  const { data, error, refetch } = useEngineQuery('services.codeDeploy', service, { pollMs: POLL_MS });
  return (
    <Card
      title={CODE_DEPLOY_TEXT.title}
      aside={data?.group && `${data.group.application} / ${data.group.name}`}
    >
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined && !error && <LoadingRows what={CODE_DEPLOY_TEXT.loading} rows={3} height={30} />}
      {data !== undefined && <Newest read={data} />}
    </Card>
  );
}

function Newest({ read: { group, deployment } }: { readonly read: CodeDeployOfService }) {
  if (group === undefined) {
    return <p className={styles.note}>{CODE_DEPLOY_TEXT.noGroup}</p>;
  }
  if (deployment === undefined) return <p className={styles.note}>{CODE_DEPLOY_TEXT.noDeployments}</p>;
  return <Deployment deployment={deployment} />;
}

function Deployment({ deployment }: { readonly deployment: CodeDeployDeployment }) {
  const { taskSets, events, ways, error, outcome } = deployment;
  return (
    <>
      <Head deployment={deployment} />
      {error !== undefined && (
        <p className={styles.error} role="note">
          <code>{error.code}</code> {error.message !== deployment.sentence && error.message}
        </p>
      )}
      {outcome === 'in-progress' && taskSets.length > 0 && <TrafficShares taskSets={taskSets} />}
      {taskSets.length > 0 && (
        <ul className={styles.sets} aria-label={CODE_DEPLOY_TEXT.taskSets}>
          {taskSets.map((set) => (
            <li key={set.id}>{CODE_DEPLOY_TEXT.taskSet(set)}</li>
          ))}
        </ul>
      )}
      <LifecycleEvents events={events} />
      <Ways ways={ways} />
    </>
  );
}

function Head({ deployment }: { readonly deployment: CodeDeployDeployment }) {
  const { id, status, outcome, sentence, revision, config, startedBy, createdAt, finishedAt } = deployment;
  return (
    <div className={styles.head}>
      <p className={styles.sentence} aria-live="polite">
        <OutcomeBadge outcome={outcome} status={status} /> {sentence}
      </p>
      <p className={styles.facts}>
        {revision !== undefined && <span>{revision}</span>}
        <span>
          {id} <CopyId value={id} what={CODE_DEPLOY_TEXT.copyId} />{' '}
          <ConsoleLink url={deployment.consoleUrl} what={CODE_DEPLOY_TEXT.consoleLink(id)} />
        </span>
        {config !== undefined && <span>{config.replace('CodeDeployDefault.', '')}</span>}
        <span>{CODE_DEPLOY_TEXT.startedBy(startedBy)}</span>
        {createdAt !== undefined && <RelativeTime at={createdAt} />}
        <Took createdAt={createdAt} finishedAt={finishedAt} isOver={outcome !== 'in-progress'} />
        {deployment.rolledBackBy !== undefined && (
          <span>{CODE_DEPLOY_TEXT.rolledBackBy(deployment.rolledBackBy)}</span>
        )}
        {deployment.rollsBack !== undefined && (
          <span>{CODE_DEPLOY_TEXT.rollsBack(deployment.rollsBack)}</span>
        )}
      </p>
    </div>
  );
}

interface TookProps {
  readonly createdAt: string | undefined;
  readonly finishedAt: string | undefined;
  readonly isOver: boolean;
}

function Took({ createdAt, finishedAt, isOver }: TookProps) {
  if (createdAt === undefined) return null;
  if (finishedAt !== undefined) return <Duration ms={Date.parse(finishedAt) - Date.parse(createdAt)} />;
  return isOver ? null : <Elapsed since={createdAt} />;
}

const KINDS: ReadonlyMap<string, MarkKind> = new Map([
  ['InProgress', 'progress'],
  ['Succeeded', 'ok'],
  ['Failed', 'failed'],
]);

/** The lifecycle events of a deployment in their order, each with its state and how long it took. */
function LifecycleEvents({ events }: { readonly events: readonly CodeDeployEvent[] }) {
  if (events.length === 0) return null;
  return (
    <ol className={styles.events} aria-label={CODE_DEPLOY_TEXT.events}>
      {events.map((event) => (
        <li key={event.name}>
          <Mark kind={KINDS.get(event.status) ?? 'idle'} label={event.status} />
          <span>{event.name}</span>
          <span className={styles.time}>
            <Time event={event} />
          </span>
          {event.message !== undefined && <span className={styles.message}>{event.message}</span>}
        </li>
      ))}
    </ol>
  );
}

function Time({ event: { status, startedAt, endedAt } }: { readonly event: CodeDeployEvent }) {
  if (startedAt === undefined) return status === 'Pending' ? null : status.toLowerCase();
  if (endedAt === undefined) return <Elapsed since={startedAt} />;
  return <Duration ms={Date.parse(endedAt) - Date.parse(startedAt)} />;
}
