import { Checkbox, NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core';
import { itemsAt, type Place, pathOf, textAt, valueAt } from './draft-document.ts';
import { choicesAt, type FormEditing, problemAt } from './form-editing.ts';
import { FORM_TEXT } from './revision-editor-text.ts';

const MOST_ROWS = 8;

interface MemberFieldProps {
  readonly editing: FormEditing;
  readonly place: Place;
  readonly label: string;
  readonly hint?: string;
}

/** A member that is a text. Empty, it is left out. */
export function TextMember({ editing, place, label, hint }: MemberFieldProps) {
  return (
    <TextInput
      id={pathOf(place)}
      label={label}
      placeholder={hint}
      value={textAt(editing.document, place)}
      error={problemAt(editing, place)}
      onChange={({ currentTarget: { value } }) => editing.onChange(place, value === '' ? undefined : value)}
    />
  );
}

/** A member that is a whole number. Empty, it is left out. */
export function NumberMember({ editing, place, label, hint }: MemberFieldProps) {
  return (
    <NumberInput
      id={pathOf(place)}
      label={label}
      placeholder={hint}
      value={textAt(editing.document, place)}
      error={problemAt(editing, place)}
      allowDecimal={false}
      min={0}
      onChange={(value) => editing.onChange(place, value === '' ? undefined : Number(value))}
    />
  );
}

/** A member that takes some values only. */
export function ChoiceMember({ editing, place, label, hint = FORM_TEXT.notSet }: MemberFieldProps) {
  const choices = choicesAt(editing, place);
  const value = textAt(editing.document, place);
  const known = value === '' || choices.includes(value) ? choices : [value, ...choices];
  return (
    <NativeSelect
      id={pathOf(place)}
      label={label}
      data={[{ value: '', label: hint }, ...known]}
      value={value}
      error={problemAt(editing, place)}
      onChange={(event) =>
        editing.onChange(place, event.currentTarget.value === '' ? undefined : event.currentTarget.value)
      }
    />
  );
}

interface SwitchMemberProps extends MemberFieldProps {
  /** What ECS takes where nothing is written. */
  readonly byDefault: boolean;
}

/** A member that is true or false. */
export function SwitchMember({ editing, place, label, byDefault }: SwitchMemberProps) {
  const value = valueAt(editing.document, place);
  return (
    <Checkbox
      id={pathOf(place)}
      label={label}
      checked={typeof value === 'boolean' ? value : byDefault}
      error={problemAt(editing, place)}
      onChange={(event) => editing.onChange(place, event.currentTarget.checked)}
    />
  );
}

/** A member that is a list of texts, one in each line. */
export function LinesMember({ editing, place, label, hint }: MemberFieldProps) {
  const lines = itemsAt(editing.document, place).map(String);
  return (
    <Textarea
      id={pathOf(place)}
      label={FORM_TEXT.onePerLine(label)}
      placeholder={hint}
      rows={Math.min(MOST_ROWS, Math.max(1, lines.length))}
      value={lines.join('\n')}
      error={problemAt(editing, place)}
      onChange={({ currentTarget: { value } }) =>
        editing.onChange(place, value === '' ? undefined : value.split('\n'))
      }
    />
  );
}
