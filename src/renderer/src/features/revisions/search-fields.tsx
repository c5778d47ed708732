import { SegmentedControl, Select, TextInput } from '@mantine/core';
import type { RevisionStatus } from '../../../../shared/model/revision.ts';
import styles from './revision-timeline.module.css';
import { REVISIONS_TEXT } from './revisions-text.ts';

/** What can be chosen, and which statuses of ECS it lists. */
export const STATUSES = {
  ACTIVE: ['ACTIVE'],
  INACTIVE: ['INACTIVE', 'DELETE_IN_PROGRESS'],
  ALL: ['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS'],
} as const satisfies Readonly<Record<string, readonly RevisionStatus[]>>;

export type StatusChoice = keyof typeof STATUSES;

const LABELS: Readonly<Record<StatusChoice, string>> = REVISIONS_TEXT.statuses;
const CHOICES: readonly StatusChoice[] = ['ACTIVE', 'INACTIVE', 'ALL'];

const DAY_MS = 24 * 60 * 60 * 1000;

/** How far back a search goes, from the moment of the choice on. */
export interface SearchedTime {
  readonly days: string;
  /** Milliseconds. */
  readonly since: number;
}

const TIMES = [
  { value: '1', label: REVISIONS_TEXT.times.day },
  { value: '7', label: REVISIONS_TEXT.times.week },
  { value: '30', label: REVISIONS_TEXT.times.month },
  { value: '90', label: REVISIONS_TEXT.times.quarter },
  { value: '365', label: REVISIONS_TEXT.times.year },
];

interface SearchFieldsProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly time: SearchedTime | undefined;
  readonly onTime: (time: SearchedTime | undefined) => void;
  readonly status: StatusChoice;
  readonly onStatus: (status: StatusChoice) => void;
}

/** What is searched for: text anywhere or in one field, the time, and the status. */
export function SearchFields({ text, onText, time, onTime, status, onStatus }: SearchFieldsProps) {
  return (
    <>
      <TextInput
        aria-label={REVISIONS_TEXT.search}
        placeholder={REVISIONS_TEXT.searchHint}
        title={REVISIONS_TEXT.searchHelp}
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
        className={styles.search}
      />
      <Select
        aria-label={REVISIONS_TEXT.registered}
        placeholder={REVISIONS_TEXT.anyTime}
        data={TIMES}
        value={time?.days ?? null}
        onChange={(days) =>
          onTime(days === null ? undefined : { days, since: Date.now() - Number(days) * DAY_MS })
        }
        clearable
        w={124}
      />
      <SegmentedControl
        aria-label={REVISIONS_TEXT.status}
        size="xs"
        data={CHOICES.map((value) => ({ value, label: LABELS[value] }))}
        value={status}
        onChange={(value) => {
          const known = CHOICES.find((each) => each === value);
          if (known) onStatus(known);
        }}
      />
    </>
  );
}
