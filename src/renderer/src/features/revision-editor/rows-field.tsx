import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { itemsAt, membersAt, type Place, pathOf, textAt } from './draft-document.ts';
import { choicesAt, type FormEditing, problemAt } from './form-editing.ts';
import { FORM_TEXT } from './revision-editor-text.ts';
import styles from './revision-form.module.css';

export interface RowColumn {
  readonly member: string;
  readonly label: string;
  readonly kind: 'text' | 'number' | 'choice';
}

interface RowsFieldProps {
  readonly editing: FormEditing;
  /** Of a list of objects. */
  readonly place: Place;
  readonly title: string;
  /** One row, such as `variable`. */
  readonly what: string;
  readonly columns: readonly RowColumn[];
  /** What a new row begins with. */
  readonly fresh: Readonly<Record<string, unknown>>;
}

/** A list of objects, a row each. Members that have no column stay as they are. */
export function RowsField({ editing, place, title, what, columns, fresh }: RowsFieldProps) {
  const rows = itemsAt(editing.document, place);
  const remove = (index: number): void =>
    editing.onChange(rows.length === 1 ? place : [...place, index], undefined);
  return (
    <fieldset className={styles.rows}>
      <legend>{title}</legend>
      {rows.map((_row, index) => (
        // Rows have nothing else that tells them apart, and are not moved.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <fieldset key={index} className={styles.row} aria-label={`${what} ${index + 1}`}>
          {columns.map((column) => (
            <Cell
              key={column.member}
              editing={editing}
              place={[...place, index, column.member]}
              {...column}
            />
          ))}
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={FORM_TEXT.remove(what, index + 1)}
            onClick={() => remove(index)}
          >
            <IconX size={14} />
          </ActionIcon>
        </fieldset>
      ))}
      <Button
        variant="subtle"
        size="compact-xs"
        className={styles.add}
        onClick={() => editing.onChange([...place, rows.length], fresh)}
      >
        {FORM_TEXT.add(what)}
      </Button>
    </fieldset>
  );
}

interface CellProps extends RowColumn {
  readonly editing: FormEditing;
  readonly place: Place;
}

function Cell({ editing, place, label, kind }: CellProps) {
  const value = textAt(editing.document, place);
  const common = { id: pathOf(place), 'aria-label': label, value, error: problemAt(editing, place) };
  if (kind === 'choice') {
    return (
      <NativeSelect
        {...common}
        data={['', ...choicesAt(editing, place)]}
        onChange={(event) =>
          editing.onChange(place, event.currentTarget.value === '' ? undefined : event.currentTarget.value)
        }
      />
    );
  }
  return (
    <TextInput
      {...common}
      placeholder={label}
      {...(kind === 'number' ? { inputMode: 'numeric' } : {})}
      onChange={(event) => editing.onChange(place, typed(kind, event.currentTarget.value))}
    />
  );
}

/** An empty text is a value, such as that of a variable; what is no number yet stays as it is typed. */
function typed(kind: 'text' | 'number', value: string): unknown {
  if (kind === 'text') return value;
  if (value === '') return undefined;
  return /^\d+$/.test(value) ? Number(value) : value;
}

interface OptionsFieldProps {
  readonly editing: FormEditing;
  /** Of an object whose members are texts. */
  readonly place: Place;
  readonly title: string;
  readonly what: string;
}

/** An object of texts by names, a row each, such as the options of a log driver. */
export function OptionsField({ editing, place, title, what }: OptionsFieldProps) {
  const options = membersAt(editing.document, place);
  const write = (entries: readonly (readonly [string, unknown])[]): void =>
    editing.onChange(place, entries.length === 0 ? undefined : Object.fromEntries(entries));
  const replace = (index: number, entry: readonly [string, unknown]): void =>
    write(options.map((each, at) => (at === index ? entry : each)));
  return (
    <fieldset className={styles.rows}>
      <legend>{title}</legend>
      {options.map(([name, value], index) => (
        // A name changes while it is typed, so that the place has to tell the rows apart.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <fieldset key={index} className={styles.row} aria-label={`${what} ${index + 1}`}>
          <TextInput
            aria-label={FORM_TEXT.name}
            value={name}
            onChange={(event) => replace(index, [event.currentTarget.value, value])}
          />
          <TextInput
            aria-label={FORM_TEXT.value}
            value={typeof value === 'string' ? value : ''}
            error={problemAt(editing, [...place, name])}
            onChange={(event) => replace(index, [name, event.currentTarget.value])}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={FORM_TEXT.remove(what, index + 1)}
            onClick={() => write(options.filter((_each, at) => at !== index))}
          >
            <IconX size={14} />
          </ActionIcon>
        </fieldset>
      ))}
      <Button
        variant="subtle"
        size="compact-xs"
        className={styles.add}
        disabled={options.some(([name]) => name === '')}
        onClick={() => write([...options, ['', '']])}
      >
        {FORM_TEXT.add(what)}
      </Button>
    </fieldset>
  );
}
