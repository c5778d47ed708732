import type { ServiceDetail, ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Mark } from '../../ui/mark.tsx';
import { stateKind } from '../../ui/state-mark.tsx';
import { RowStepLinks } from './row-step-links.tsx';
import styles from './service-problem-notice.module.css';
import { SERVICE_TEXT } from './service-text.ts';

/** The history of the same page reads it too. */
const HISTORY_FRESH_MS = 5 * 60_000;

interface ServiceProblemNoticeProps {
  readonly service: ServiceRef;
  readonly detail: ServiceDetail;
}

/** What is wrong with the service, why, and what to do next, as buttons too; nothing where nothing is. */
export function ServiceProblemNotice({ service, detail }: ServiceProblemNoticeProps) {
  const { problem } = detail;
  if (problem === undefined) return null;
  return (
    <Notice service={service} detail={detail} next={problem.nextStep}>
      {problem.sentence}
    </Notice>
  );
}

/** Why the last deployment was rolled back, on the page that was opened after it. */
export function RolledBackNotice({ service, detail }: ServiceProblemNoticeProps) {
  const { account, region, cluster, service: name } = service;
  const { failedDeploymentArn, failedBecause } = detail;
  const history = useEngineQuery(
    'services.history',
    { account, region, cluster, service: name },
    { staleMs: HISTORY_FRESH_MS },
  );
  const cause = history.data?.releases.find(({ arn }) => arn === failedDeploymentArn)?.cause;
  return (
    <Notice service={service} detail={detail} next={cause === undefined ? undefined : failedBecause}>
      {SERVICE_TEXT.rolledBack(cause ?? failedBecause)}
    </Notice>
  );
}

interface NoticeProps extends ServiceProblemNoticeProps {
  /** What to do, or what else is known, under the sentence. */
  readonly next: string | undefined;
  readonly children: string;
}

function Notice({ service, detail, next, children }: NoticeProps) {
  const { account, region, cluster } = service;
  const kind = stateKind(detail.state);
  return (
    <div className={styles.notice} data-kind={kind}>
      <Mark kind={kind} />
      <div className={styles.text} role="status">
        <p>{children}</p>
        {next === undefined ? null : <p className={styles.next}>{next}</p>}
      </div>
      <RowStepLinks cluster={{ account, region, cluster }} row={detail} isCurrent onFocus={() => undefined} />
    </div>
  );
}
