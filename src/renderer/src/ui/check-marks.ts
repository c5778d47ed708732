import type { CheckResult } from '../../../shared/model/plan.ts';
import type { MarkKind } from './mark.tsx';
import { CHECK_LABELS } from './ui-text.ts';

/** The shape of a check's result, and its word. */
export const CHECK_MARKS: Readonly<Record<CheckResult, { readonly kind: MarkKind; readonly label: string }>> =
  {
    pass: { kind: 'ok', label: CHECK_LABELS.pass },
    warn: { kind: 'warning', label: CHECK_LABELS.warn },
    fail: { kind: 'failed', label: CHECK_LABELS.fail },
    unknown: { kind: 'idle', label: CHECK_LABELS.unknown },
  };
