import { NativeSelect } from '@mantine/core';

interface KeepSelectProps<Value extends string> {
  readonly label: string;
  readonly value: Value | '';
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value | '') => void;
}

/** A choice whose first entry keeps what is set now. */
export function KeepSelect<Value extends string>({
  label,
  value,
  options,
  onChange,
}: KeepSelectProps<Value>) {
  return (
    <NativeSelect
      size="xs"
      label={label}
      value={value}
      data={[{ value: '', label: 'As it is' }, ...options]}
      onChange={(event) => {
        const chosen = options.find((option) => option.value === event.currentTarget.value);
        onChange(chosen?.value ?? '');
      }}
    />
  );
}
