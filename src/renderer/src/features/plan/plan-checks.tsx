import { Button, Checkbox } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Check, overrideOf, type PlanKind } from '../../../../shared/model/plan.ts';
import { checkCounts, checksByUrgency } from '../../lib/check-order.ts';
import { CHECK_MARKS } from '../../ui/check-marks.ts';
import { CopyPolicy } from '../../ui/copy-policy.tsx';
import { Mark } from '../../ui/mark.tsx';
import { PlanSection } from '../../ui/plan-section.tsx';
import { RestoreImage } from '../images/restore-image.tsx';
import styles from './plan-checks.module.css';
import { goesBack } from './plan-input.ts';
import { PLAN_TEXT } from './plan-text.ts';

/** More passed checks than this are folded, so that the others are seen. */
const SHOWN_PASSES = 4;
/** Of a rollback, which is urgent, only what did not pass. */
const SHOWN_PASSES_OF_ROLLBACK = 0;

interface PlanChecksProps {
  readonly kind: PlanKind;
  readonly checks: readonly Check[];
  /** The failed checks to go ahead with. */
  readonly overrides: ReadonlySet<string>;
  /** Missing where the overrides are given and cannot be changed. */
  readonly onToggle?: (override: string) => void;
}

/** The checks of a plan: failures and warnings first, then what passed. */
export function PlanChecks({ kind, checks, overrides, onToggle }: PlanChecksProps) {
  const [unfolded, setUnfolded] = useState(false);
  const ordered = checksByUrgency(checks);
  const passes = ordered.filter((check) => check.result === 'pass');
  const most = goesBack(kind) ? SHOWN_PASSES_OF_ROLLBACK : SHOWN_PASSES;
  const folded = unfolded ? 0 : Math.max(0, passes.length - most);
  const shown = ordered.slice(0, ordered.length - folded);

  return (
    <PlanSection title={PLAN_TEXT.checks} aside={checkCounts(checks)}>
      <ul className={styles.checks}>
        {shown.map((check) => (
          <CheckLine key={`${check.rule} ${check.message}`} check={check}>
            {check.result === 'fail' && check.overridable === true && (
              <Checkbox
                mt={4}
                size="xs"
                label={PLAN_TEXT.override}
                aria-label={PLAN_TEXT.overrideOf(check)}
                checked={overrides.has(overrideOf(check))}
                disabled={onToggle === undefined}
                onChange={() => onToggle?.(overrideOf(check))}
              />
            )}
          </CheckLine>
        ))}
      </ul>
      {folded > 0 && (
        <Button variant="subtle" size="compact-xs" onClick={() => setUnfolded(true)}>
          {folded < passes.length ? PLAN_TEXT.showMorePassed(folded) : PLAN_TEXT.showPassed(folded)}
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
        {check.archived !== undefined && <RestoreImage place={check.archived} />}
        {check.policy !== undefined && <CopyPolicy policy={check.policy} />}
        {children}
      </span>
    </li>
  );
}
