import type { CheckResult } from '../../../shared/model/plan.ts';
import type { MarkKind } from './mark.tsx';

/** The shape of a check's result, and its word. */
export const CHECK_MARKS: Readonly<Record<CheckResult, { readonly kind: MarkKind; readonly label: string }>> =
  {
    pass: { kind: 'ok', label: 'Passed' },
    warn: { kind: 'warning', label: 'Warning' },
    fail: { kind: 'failed', label: 'Failed' },
    unknown: { kind: 'idle', label: "Couldn't be checked" },
  };
