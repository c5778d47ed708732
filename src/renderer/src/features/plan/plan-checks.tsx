import { Button, Checkbox } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Check, overrideOf } from '../../../../shared/model/plan.ts';
import { checkCounts, checksByUrgency } from '../../lib/check-order.ts';
import { CHECK_MARKS } from '../../ui/check-marks.ts';
import { Mark } from '../../ui/mark.tsx';
import { PlanSection } from '../../ui/plan-section.tsx';
import styles from './plan-checks.module.css';

/** More passes than this are folded, so that what wants attention stands alone. */
const SHOWN_PASSES = 4;

interface PlanChecksProps {
  readonly checks: readonly Check[];
  /** The failed checks to go ahead with. */
  readonly overrides: ReadonlySet<string>;
  readonly onToggle: (override: string) => void;
}

/** The rules that were looked at: fails and warnings first, and the passes below them. */
export function PlanChecks({ checks, overrides, onToggle }: PlanChecksProps) {
  const [unfolded, setUnfolded] = useState(false);
  const ordered = checksByUrgency(checks);
  const passes = ordered.filter((check) => check.result === 'pass');
  const folded = unfolded ? 0 : Math.max(0, passes.length - SHOWN_PASSES);
  const shown = ordered.slice(0, ordered.length - folded);

  return (
    <PlanSection title="Checks" aside={checkCounts(checks)}>
      <ul className={styles.checks}>
        {shown.map((check) => (
          <CheckLine key={`${check.rule} ${check.message}`} check={check}>
            {check.result === 'fail' && check.overridable === true && (
              <Checkbox
                mt={4}
                size="xs"
                label="Override this check"
                aria-label={`Override this check: ${check.message}`}
                checked={overrides.has(overrideOf(check))}
                onChange={() => onToggle(overrideOf(check))}
              />
            )}
          </CheckLine>
        ))}
      </ul>
      {folded > 0 && (
        <Button variant="subtle" size="compact-xs" onClick={() => setUnfolded(true)}>
          Show {folded} more passed
        </Button>
      )}
    </PlanSection>
  );
}

function CheckLine({ check, children }: { readonly check: Check; readonly children: ReactNode }) {
  const { kind, label } = CHECK_MARKS[check.result];
  return (
    <li className={styles.check}>
      <Mark kind={kind} label={label} />
      <span>
        {check.message}
        {check.advice !== undefined && <small className={styles.advice}>{check.advice}</small>}
        {children}
      </span>
    </li>
  );
}
