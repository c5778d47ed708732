import { ButtonNote } from '../../ui/button-note.tsx';
import type { RuleRefusals } from './rule-refusals.ts';

/** What marks a button that a rule refuses. It stays in the tab order, so that everyone can read why. */
export function ruleProps({ isRefused, noteId }: RuleRefusals) {
  return isRefused
    ? ({ 'aria-disabled': true, 'data-disabled': true, 'aria-describedby': noteId } as const)
    : {};
}

/** Why an image is not built for a service now. Nothing where no rule refuses it. */
export function RuleNote({ refusals: { failed, isRefused, noteId } }: { readonly refusals: RuleRefusals }) {
  if (failed.length === 0) return null;
  return (
    <ButtonNote kind={isRefused ? 'failed' : 'warning'} noteId={noteId}>
      {failed.map(({ rule, subject, message, advice }) => (
        <span key={`${rule} ${subject} ${message}`}>
          {message}. {advice}{' '}
        </span>
      ))}
    </ButtonNote>
  );
}
