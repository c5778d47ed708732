import { NativeSelect } from '@mantine/core';
import { SETTING_TEXT } from './deploy-text.ts';

interface KeepSelectProps<Value extends string> {
  readonly label: string;
  readonly value: Value | '';
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value | '') => void;
  /** The label of the current value; undefined until it is read. */
  readonly now: string | undefined;
}

/** A choice whose first entry keeps the current value. */
export function KeepSelect<Value extends string>({
  label,
  value,
  options,
  onChange,
  now,
}: KeepSelectProps<Value>) {
  const keep = { value: '', label: now === undefined ? SETTING_TEXT.unchanged : SETTING_TEXT.current(now) };
  return (
    <NativeSelect
      size="xs"
      label={label}
      value={value}
      data={[keep, ...options]}
      onChange={(event) => {
        const chosen = options.find((option) => option.value === event.currentTarget.value);
        onChange(chosen?.value ?? '');
      }}
    />
  );
}
