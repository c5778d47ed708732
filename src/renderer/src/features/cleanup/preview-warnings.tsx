import type { Check } from '../../../../shared/model/plan.ts';
import { CHECK_MARKS } from '../../ui/check-marks.ts';
import { CopyPolicy } from '../../ui/copy-policy.tsx';
import { Mark } from '../../ui/mark.tsx';
import styles from './cleanup-preview.module.css';
import { PREVIEW_TEXT } from './cleanup-text.ts';

interface PreviewWarningsProps {
  readonly warnings: readonly string[];
  readonly checks: readonly Check[];
}

/** What was not checked, and what to do about it. Of the checks, those that did not pass. */
export function PreviewWarnings({ warnings, checks }: PreviewWarningsProps) {
  return (
    <>
      {checks
        .filter(({ result }) => result !== 'pass')
        .map(({ result, message, advice, policy }) => (
          <p key={message} className={styles.warning}>
            <Mark kind={CHECK_MARKS[result].kind} label={CHECK_MARKS[result].label} />
            <span>
              {message}. {advice} {policy === undefined ? null : <CopyPolicy policy={policy} />}
            </span>
          </p>
        ))}
      {warnings.map((warning) => (
        <p key={warning} className={styles.warning}>
          <Mark kind="warning" label={PREVIEW_TEXT.warning} /> {warning}
        </p>
      ))}
    </>
  );
}
