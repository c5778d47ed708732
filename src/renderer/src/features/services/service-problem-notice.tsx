import type { ServiceDetail, ServiceRef } from '../../../../shared/model/service.ts';
import { Mark } from '../../ui/mark.tsx';
import { stateKind } from '../../ui/state-mark.tsx';
import { RowStepLinks } from './row-step-links.tsx';
import styles from './service-problem-notice.module.css';

interface ServiceProblemNoticeProps {
  readonly service: ServiceRef;
  readonly detail: ServiceDetail;
}

/** What is wrong with the service, why, and what to do next, as buttons too; nothing where nothing is. */
export function ServiceProblemNotice({ service, detail }: ServiceProblemNoticeProps) {
  const { problem, state } = detail;
  if (problem === undefined) return null;
  const { account, region, cluster } = service;
  return (
    <div className={styles.notice} data-kind={stateKind(state)}>
      <Mark kind={stateKind(state)} />
      <div className={styles.text} role="status">
        <p>{problem.sentence}</p>
        <p className={styles.next}>{problem.nextStep}</p>
      </div>
      <RowStepLinks cluster={{ account, region, cluster }} row={detail} isCurrent onFocus={() => undefined} />
    </div>
  );
}
