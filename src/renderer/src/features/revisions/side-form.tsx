import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { ComparedSide } from '../../../../shared/model/revision.ts';
import { Card } from '../../ui/card.tsx';
import styles from '../../ui/side-form.module.css';
import { COMPARE_TEXT } from './revisions-text.ts';
import { draftOf, sideOf } from './side-draft.ts';
import { SideFields } from './side-fields.tsx';

interface SideFormProps {
  readonly scope: Scope;
  readonly before: ComparedSide | undefined;
  readonly after: ComparedSide | undefined;
  readonly onCompare: (before: ComparedSide, after: ComparedSide) => void;
}

/** Chooses the two sides of a comparison. */
export function SideForm({ scope, before, after, onCompare }: SideFormProps) {
  // Where one revision is given, the other side is what runs.
  const [left, setLeft] = useState(
    draftOf(before, scope, after?.kind === 'revision' ? 'service' : 'revision'),
  );
  const [right, setRight] = useState(draftOf(after, scope));
  const sides = [sideOf(left), sideOf(right)] as const;
  const [old, now] = sides;
  return (
    <Card title={COMPARE_TEXT.sides}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (old && now) onCompare(old, now);
        }}
      >
        <SideFields label={COMPARE_TEXT.before} draft={left} onChange={setLeft} />
        <SideFields label={COMPARE_TEXT.after} draft={right} onChange={setRight} />
        <Button type="submit" disabled={!old || !now}>
          {COMPARE_TEXT.compare}
        </Button>
      </form>
    </Card>
  );
}
