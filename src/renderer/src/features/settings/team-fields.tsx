import { Fieldset, Textarea, TextInput } from '@mantine/core';
import { ChoiceField } from './choice-field.tsx';
import type { DraftFieldsProps } from './rule-draft.ts';
import styles from './rule-form.module.css';
import { TEAM_TEXT } from './team-draft.ts';

/** Who may deploy which images, when, and with whose approval. */
export function TeamFields({ draft, problems, onChange }: DraftFieldsProps) {
  const lists = ['freezes', 'deployers', 'repositories', 'tags', 'overrides'] as const;
  return (
    <Fieldset legend={TEAM_TEXT.team} variant="unstyled" className={styles.group}>
      <p className={styles.note}>{TEAM_TEXT.onePerLine}</p>
      {lists.map((list) => (
        <Textarea
          key={list}
          label={TEAM_TEXT.lists[list].label}
          placeholder={TEAM_TEXT.lists[list].example}
          rows={2}
          resize="vertical"
          spellCheck={false}
          value={draft[list]}
          error={problemOf(problems, list)}
          onChange={(event) => onChange({ [list]: event.currentTarget.value })}
        />
      ))}
      <TextInput
        label={TEAM_TEXT.ticket}
        placeholder={TEAM_TEXT.ticketHelp}
        value={draft.ticket}
        error={problems.ticket}
        onChange={(event) => onChange({ ticket: event.currentTarget.value })}
      />
      <ChoiceField
        label={TEAM_TEXT.approvals}
        options={TEAM_TEXT.approvalsKinds}
        value={draft.approvals}
        onChange={(approvals) => onChange({ approvals })}
      />
    </Fieldset>
  );
}

/** The first problem of a list or of one of its entries, with the number of the entry. */
function problemOf(problems: DraftFieldsProps['problems'], list: string): string | undefined {
  const found = Object.entries(problems).find(([path]) => path === list || path.startsWith(`${list}.`));
  if (found === undefined) return undefined;
  const [path, problem] = found;
  const entry = path.split('.')[1];
  return entry === undefined ? problem : TEAM_TEXT.inEntry(Number(entry) + 1, problem);
}
