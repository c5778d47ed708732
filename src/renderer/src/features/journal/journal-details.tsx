import type { JournalEntry } from '../../../../shared/model/journal.ts';
import { formatInstant } from '../../lib/format.ts';
import { ExecutionSteps } from '../plan/execution-steps.tsx';
import styles from './journal-details.module.css';

/** What was done and seen of a change: the revision it was made on, the calls, and the evidence of a failure. */
export function JournalDetails({ entry }: { readonly entry: JournalEntry }) {
  const { basis, steps, evidence, deploymentArn, settledAt } = entry;
  if (steps.length === 0 && evidence === undefined) return null;
  return (
    <details className={styles.details}>
      <summary>Calls and evidence</summary>
      <dl className={styles.facts}>
        <Fact label="Made on" value={basis === undefined ? undefined : lastPart(basis)} />
        <Fact label="Deployment" value={deploymentArn === undefined ? undefined : lastPart(deploymentArn)} />
        <Fact label="Ended" value={settledAt === undefined ? undefined : formatInstant(settledAt)} />
      </dl>
      <ExecutionSteps steps={steps} />
      {evidence !== undefined && (
        <ul className={styles.list}>
          {evidence.failures.map(({ cause, container, times }) => (
            <li key={`${container} ${cause}`}>
              {container} {cause}, {times === 1 ? 'once' : `${times} times`}
            </li>
          ))}
          {evidence.events.map(({ id, at, message }) => (
            <li key={id}>
              {formatInstant(at)} {message}
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}

function Fact({ label, value }: { readonly label: string; readonly value: string | undefined }) {
  if (value === undefined) return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
