import { Button } from '@mantine/core';
import type { RefusedChange } from '../../../shared/model/permission.ts';
import { useTimeText } from '../lib/clock.ts';
import { formatAgo } from '../lib/format.ts';
import type { Refusals } from '../lib/refusals.ts';
import { ButtonNote } from './button-note.tsx';
import { REFUSAL_TEXT } from './ui-text.ts';

/** Why buttons are marked, with the missing actions, and the way to try all the same. Nothing where nothing is refused. */
export function RefusalNote({ refusals }: { readonly refusals: Refusals }) {
  const { shown, noteId, lift } = refusals;
  if (shown.length === 0) return null;
  const simulated = shown.filter(({ at }) => at === undefined);
  return (
    <ButtonNote
      kind="warning"
      noteId={noteId}
      action={
        <Button size="compact-xs" onClick={lift}>
          {REFUSAL_TEXT.tryAnyway}
        </Button>
      }
    >
      {simulated.length === 0 ? null : REFUSAL_TEXT.simulated(simulated.map(({ action }) => action))}{' '}
      {shown.map((refused) => (
        <Reason key={`${refused.action} ${refused.at}`} refused={refused} />
      ))}
    </ButtonNote>
  );
}

/** Why AWS has refused one. The simulated ones are in one sentence. */
function Reason({ refused: { action, at, on } }: { readonly refused: RefusedChange }) {
  const ago = useTimeText((now) => (at === undefined ? '' : formatAgo(at, now)));
  return at === undefined ? null : <span>{REFUSAL_TEXT.sentence(action, ago, on)} </span>;
}
