import type { ServiceDetail } from '../../../../shared/model/service.ts';
import { Mark } from '../../ui/mark.tsx';
import { stateKind } from '../../ui/state-mark.tsx';
import styles from './service-problem-notice.module.css';

/** What is wrong with the service, why, and what to do next; nothing where nothing is. */
export function ServiceProblemNotice({ detail }: { readonly detail: ServiceDetail }) {
  const { problem, state } = detail;
  if (problem === undefined) return null;
  return (
    <div className={styles.notice} role="status" data-kind={stateKind(state)}>
      <Mark kind={stateKind(state)} />
      <div className={styles.text}>
        <p>{problem.sentence}</p>
        <p className={styles.next}>{problem.nextStep}</p>
      </div>
    </div>
  );
}
