import { Button } from '@mantine/core';
import type { RefusedChange } from '../../../shared/model/permission.ts';
import { useTimeText } from '../lib/clock.ts';
import { formatAgo } from '../lib/format.ts';
import type { Refusals } from '../lib/refusals.ts';
import { Mark } from './mark.tsx';
import styles from './refusal-note.module.css';
import { REFUSAL_TEXT } from './ui-text.ts';

/** Why buttons are marked, with the missing actions, and the way to try all the same. Nothing where nothing is refused. */
export function RefusalNote({ refusals }: { readonly refusals: Refusals }) {
  if (refusals.shown.length === 0) return null;
  return (
    <div className={styles.note}>
      <Mark kind="warning" />
      <span id={refusals.noteId}>
        {refusals.shown.map((refused) => (
          <Reason key={`${refused.action} ${refused.at}`} refused={refused} />
        ))}
      </span>
      <Button size="compact-xs" onClick={refusals.lift}>
        {REFUSAL_TEXT.tryAnyway}
      </Button>
    </div>
  );
}

function Reason({ refused: { action, at, on } }: { readonly refused: RefusedChange }) {
  const ago = useTimeText((now) => (at === undefined ? '' : formatAgo(at, now)));
  return <span>{REFUSAL_TEXT.sentence(action, at === undefined ? undefined : ago, on)} </span>;
}
