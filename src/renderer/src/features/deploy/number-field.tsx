import { NumberInput } from '@mantine/core';

interface NumberFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
  /** What is set now, shown while the field is empty; `null` where nothing is set, undefined until it is read. */
  readonly now: string | number | null | undefined;
}

/** A number that may be left empty, which keeps what is set now. */
export function NumberField({ label, value, onChange, min, max, unit, now }: NumberFieldProps) {
  return (
    <NumberInput
      label={label}
      placeholder={nowWords(now, unit)}
      value={value}
      onChange={(number) => onChange(String(number))}
      min={min}
      max={max}
      {...(unit === undefined ? {} : { suffix: ` ${unit}` })}
    />
  );
}

function nowWords(now: NumberFieldProps['now'], unit: string | undefined): string {
  if (now === undefined) return 'As it is';
  if (now === null) return 'Not set';
  return unit === undefined ? `${now} now` : `${now} ${unit} now`;
}
