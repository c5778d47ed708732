import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { CurrentVariables, type NewEdit } from './current-variables.tsx';
import type { FieldsProps, VariableEdit } from './more-changes.ts';
import styles from './variable-edits.module.css';

const ACTS: readonly { readonly value: VariableEdit['act']; readonly label: string }[] = [
  { value: 'variable', label: 'Set variable' },
  { value: 'secret', label: 'Set secret' },
  { value: 'remove-variable', label: 'Remove variable' },
  { value: 'remove-secret', label: 'Remove secret' },
];

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
        Add a variable or secret
      </Button>
    </div>
  );
}

interface EditLineProps {
  /** Tells the lines apart for those who hear them. */
  readonly number: number;
  readonly edit: VariableEdit;
  readonly containers: readonly string[];
  readonly onChange: (edit: VariableEdit) => void;
  readonly onRemove: () => void;
}

function EditLine({ number, edit, containers, onChange, onRemove }: EditLineProps) {
  const sets = edit.act === 'variable' || edit.act === 'secret';
  return (
    <fieldset className={styles.line} aria-label={`Change ${number}`}>
      {containers.length > 1 && (
        <NativeSelect
          size="xs"
          aria-label="Container"
          data={[...containers]}
          value={edit.container}
          onChange={(event) => onChange({ ...edit, container: event.currentTarget.value })}
        />
      )}
      <NativeSelect
        size="xs"
        aria-label="Action"
        data={[...ACTS]}
        value={edit.act}
        onChange={(event) => {
          const chosen = ACTS.find(({ value }) => value === event.currentTarget.value);
          if (chosen) onChange({ ...edit, act: chosen.value });
        }}
      />
      <TextInput
        aria-label="Name"
        placeholder="NAME"
        value={edit.name}
        onChange={(event) => onChange({ ...edit, name: event.currentTarget.value.trim() })}
      />
      {sets && (
        <TextInput
          className={styles.value}
          aria-label={edit.act === 'secret' ? 'Reference' : 'Value'}
          placeholder={edit.act === 'secret' ? 'ARN of a secret or parameter' : 'Value'}
          value={edit.value}
          onChange={(event) => onChange({ ...edit, value: event.currentTarget.value })}
        />
      )}
      <ActionIcon variant="subtle" color="gray" aria-label={`Remove change ${number}`} onClick={onRemove}>
        <IconX size={14} />
      </ActionIcon>
    </fieldset>
  );
}
