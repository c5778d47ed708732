import { Checkbox } from '@mantine/core';
import type { PlannedMember } from '../../../../shared/model/fleet.ts';
import { overrideOf } from '../../../../shared/model/plan.ts';
import { Mark } from '../../ui/mark.tsx';
import { CHECK_MARKS } from '../plan/check-marks.ts';
import { checkCounts, checksByUrgency } from '../plan/check-order.ts';
import { mayGoAhead } from '../plan/overrides.ts';
import { PlanChanges } from '../plan/plan-changes.tsx';
import styles from './fleet.module.css';
import { changeCount } from './fleet-labels.ts';

interface PlannedRowProps {
  readonly member: PlannedMember;
  /** The failed checks to go ahead with. */
  readonly overrides: ReadonlySet<string>;
  readonly onToggle: (override: string) => void;
}

/** A service of a plan: what changes and its checks, unfolded from the start when one of them has failed. */
export function PlannedRow({ member, overrides, onToggle }: PlannedRowProps) {
  const { cluster, service, plan, problem } = member;
  const mayGo = plan !== undefined && mayGoAhead(plan, overrides);
  return (
    <details className={styles.planned} open={plan?.canExecute !== true}>
      <summary>
        <Mark kind={markOf(mayGo, overrides)} label={mayGo ? 'Ready' : 'Blocked'} />
        <span>
          {cluster} / <b>{service}</b>
        </span>
        <span className={styles.counts}>
          {plan ? `${changeCount(plan)}; ${checkCounts(plan.checks)}` : 'not available'}
        </span>
      </summary>
      {problem !== undefined && <p className={styles.problem}>{problem}</p>}
      {plan && (
        <>
          <PlanChanges plan={plan} />
          <ul className={styles.checks}>
            {checksByUrgency(plan.checks).map((check) => (
              <li key={`${check.rule} ${check.message}`}>
                <Mark {...CHECK_MARKS[check.result]} />
                <span>
                  {check.message}
                  {check.advice !== undefined && <small> {check.advice}</small>}
                  {check.result === 'fail' && check.overridable === true && (
                    <Checkbox
                      mt={4}
                      size="xs"
                      label="Override this check"
                      aria-label={`Override this check for ${cluster} / ${service}: ${check.message}`}
                      checked={overrides.has(overrideOf(check))}
                      onChange={() => onToggle(overrideOf(check))}
                    />
                  )}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </details>
  );
}

function markOf(mayGo: boolean, overrides: ReadonlySet<string>): 'failed' | 'warning' | 'ok' {
  if (!mayGo) return 'failed';
  return overrides.size > 0 ? 'warning' : 'ok';
}
