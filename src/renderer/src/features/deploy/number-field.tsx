import { NumberInput } from '@mantine/core';

interface NumberFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
}

/** A number that may be left empty, which keeps what is set now. */
export function NumberField({ label, value, onChange, min, max, unit }: NumberFieldProps) {
  return (
    <NumberInput
      label={label}
      placeholder="As it is"
      value={value}
      onChange={(number) => onChange(String(number))}
      min={min}
      max={max}
      {...(unit === undefined ? {} : { suffix: ` ${unit}` })}
    />
  );
}
