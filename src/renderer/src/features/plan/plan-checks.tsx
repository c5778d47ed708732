import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Check, CheckResult } from '../../../../shared/model/plan.ts';
import { Mark, type MarkKind } from '../../ui/mark.tsx';
import { checkCounts, checksByUrgency } from './check-order.ts';
import styles from './plan-checks.module.css';
import { PlanSection } from './plan-section.tsx';

/** More passes than this are folded, so that what wants attention stands alone. */
const SHOWN_PASSES = 4;

const MARKS: Readonly<Record<CheckResult, { readonly kind: MarkKind; readonly label: string }>> = {
  pass: { kind: 'ok', label: 'Passed' },
  warn: { kind: 'warning', label: 'Warning' },
  fail: { kind: 'failed', label: 'Failed' },
  unknown: { kind: 'idle', label: 'Could not be checked' },
};

/** The rules that were looked at: fails and warnings first, and the passes below them. */
export function PlanChecks({ checks }: { readonly checks: readonly Check[] }) {
  const [unfolded, setUnfolded] = useState(false);
  const ordered = checksByUrgency(checks);
  const passes = ordered.filter((check) => check.result === 'pass');
  const folded = unfolded ? 0 : Math.max(0, passes.length - SHOWN_PASSES);
  const shown = ordered.slice(0, ordered.length - folded);

  return (
    <PlanSection title="Checks" aside={checkCounts(checks)}>
      <ul className={styles.checks}>
        {shown.map((check) => (
          <CheckLine key={`${check.rule} ${check.message}`} check={check} />
        ))}
      </ul>
      {folded > 0 && (
        <Button variant="subtle" size="compact-xs" onClick={() => setUnfolded(true)}>
          Show {folded} more that passed
        </Button>
      )}
    </PlanSection>
  );
}

function CheckLine({ check }: { readonly check: Check }) {
  const { kind, label } = MARKS[check.result];
  return (
    <li className={styles.check}>
      <Mark kind={kind} label={label} />
      <span>
        {check.message}
        {check.advice !== undefined && <small className={styles.advice}>{check.advice}</small>}
      </span>
    </li>
  );
}
