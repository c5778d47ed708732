import { SegmentedControl, Select, TextInput } from '@mantine/core';
import type { RevisionStatus } from '../../../../shared/model/revision.ts';
import {
  REVISION_DAYS,
  REVISION_STATUSES,
  type RevisionDays,
  type RevisionStatusChoice,
} from '../../lib/search.ts';
import styles from './revision-timeline.module.css';
import { REVISIONS_TEXT } from './revisions-text.ts';

/** What can be chosen, and which statuses of ECS it lists. */
export const STATUSES = {
  ACTIVE: ['ACTIVE'],
  INACTIVE: ['INACTIVE', 'DELETE_IN_PROGRESS'],
  ALL: ['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS'],
} as const satisfies Readonly<Record<RevisionStatusChoice, readonly RevisionStatus[]>>;

const TIME_LABELS: Readonly<Record<RevisionDays, string>> = {
  1: REVISIONS_TEXT.times.day,
  7: REVISIONS_TEXT.times.week,
  30: REVISIONS_TEXT.times.month,
  90: REVISIONS_TEXT.times.quarter,
  365: REVISIONS_TEXT.times.year,
};

interface SearchFieldsProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly days: RevisionDays | undefined;
  readonly onDays: (days: RevisionDays | undefined) => void;
  readonly status: RevisionStatusChoice;
  readonly onStatus: (status: RevisionStatusChoice) => void;
}

/** What is searched for: text anywhere or in one field, the time, and the status. */
export function SearchFields({ text, onText, days, onDays, status, onStatus }: SearchFieldsProps) {
  return (
    <>
      <TextInput
        aria-label={REVISIONS_TEXT.search}
        placeholder={REVISIONS_TEXT.searchHint}
        title={REVISIONS_TEXT.searchHelp}
        value={text}
        maxLength={200}
        onChange={(event) => onText(event.currentTarget.value)}
        className={styles.search}
      />
      <Select
        aria-label={REVISIONS_TEXT.registered}
        placeholder={REVISIONS_TEXT.anyTime}
        data={REVISION_DAYS.map((value) => ({ value, label: TIME_LABELS[value] }))}
        value={days ?? null}
        onChange={(value) => onDays(REVISION_DAYS.find((each) => each === value))}
        clearable
        w={124}
      />
      <SegmentedControl
        aria-label={REVISIONS_TEXT.status}
        size="xs"
        data={REVISION_STATUSES.map((value) => ({ value, label: REVISIONS_TEXT.statuses[value] }))}
        value={status}
        onChange={(value) => {
          const known = REVISION_STATUSES.find((each) => each === value);
          if (known) onStatus(known);
        }}
      />
    </>
  );
}
