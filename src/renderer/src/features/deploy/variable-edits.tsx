import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { CurrentVariables, type NewEdit } from './current-variables.tsx';
import type { FieldsProps, VariableEdit } from './deploy-fields.ts';
import { EDIT_LABELS, SETTING_TEXT } from './deploy-text.ts';
import styles from './variable-edits.module.css';

const ACTS = (
  ['variable', 'secret', 'remove-variable', 'remove-secret'] as const satisfies readonly VariableEdit['act'][]
).map((value) => ({ value, label: EDIT_LABELS[value] }));

interface VariableEditsProps extends FieldsProps {
  readonly containers: readonly string[];
}

/** Lines that set and remove variables and secrets of the containers. */
export function VariableEdits({ containers, fields, onField, now }: VariableEditsProps) {
  const { edits } = fields;
  const replace = (edit: VariableEdit): void =>
    onField({ edits: edits.map((each) => (each.id === edit.id ? edit : each)) });
  const add = (edit: NewEdit): void => {
    const id = Math.max(0, ...edits.map((each) => each.id)) + 1;
    onField({ edits: [...edits, { id, ...edit }] });
  };
  return (
    <div className={styles.edits}>
      {now !== undefined && <CurrentVariables now={now} edits={edits} onEdit={add} />}
      {edits.map((edit, index) => (
        <EditLine
          key={edit.id}
          number={index + 1}
          edit={edit}
          containers={containers}
          onChange={replace}
          onRemove={() => onField({ edits: edits.filter(({ id }) => id !== edit.id) })}
        />
      ))}
      <Button
        variant="subtle"
        size="compact-xs"
        className={styles.add}
        onClick={() => add({ container: containers[0] ?? '', act: 'variable', name: '', value: '' })}
      >
        {SETTING_TEXT.add}
      </Button>
    </div>
  );
}

interface EditLineProps {
  /** Tells the lines apart in a screen reader. */
  readonly number: number;
  readonly edit: VariableEdit;
  readonly containers: readonly string[];
  readonly onChange: (edit: VariableEdit) => void;
  readonly onRemove: () => void;
}

function EditLine({ number, edit, containers, onChange, onRemove }: EditLineProps) {
  const sets = edit.act === 'variable' || edit.act === 'secret';
  return (
    <fieldset className={styles.line} aria-label={SETTING_TEXT.editNumber(number)}>
      {containers.length > 1 && (
        <NativeSelect
          size="xs"
          aria-label={SETTING_TEXT.container}
          data={[...containers]}
          value={edit.container}
          onChange={(event) => onChange({ ...edit, container: event.currentTarget.value })}
        />
      )}
      <NativeSelect
        size="xs"
        aria-label={SETTING_TEXT.action}
        data={ACTS}
        value={edit.act}
        onChange={(event) => {
          const chosen = ACTS.find(({ value }) => value === event.currentTarget.value);
          if (chosen) onChange({ ...edit, act: chosen.value });
        }}
      />
      <TextInput
        aria-label={SETTING_TEXT.name}
        placeholder={SETTING_TEXT.nameHint}
        value={edit.name}
        onChange={(event) => onChange({ ...edit, name: event.currentTarget.value.trim() })}
      />
      {sets && (
        <TextInput
          className={styles.value}
          aria-label={edit.act === 'secret' ? SETTING_TEXT.reference : SETTING_TEXT.value}
          placeholder={edit.act === 'secret' ? SETTING_TEXT.referenceHint : SETTING_TEXT.value}
          value={edit.value}
          onChange={(event) => onChange({ ...edit, value: event.currentTarget.value })}
        />
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={SETTING_TEXT.removeEdit(number)}
        onClick={onRemove}
      >
        <IconX size={14} />
      </ActionIcon>
    </fieldset>
  );
}
