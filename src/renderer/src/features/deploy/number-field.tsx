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
  /** What ECS takes where nothing is set. */
  readonly byDefault?: number;
}

/** A number that may be left empty, which keeps what is set now. */
export function NumberField({ label, value, onChange, min, max, unit, now, byDefault }: NumberFieldProps) {
  return (
    <NumberInput
      label={label}
      placeholder={nowLabel(now, byDefault, unit)}
      value={value}
      onChange={(number) => onChange(String(number))}
      min={min}
      max={max}
      {...(unit === undefined ? {} : { suffix: ` ${unit}` })}
    />
  );
}

function nowLabel(
  now: NumberFieldProps['now'],
  byDefault: number | undefined,
  unit: string | undefined,
): string {
  const withUnit = (value: string | number): string => (unit === undefined ? `${value}` : `${value} ${unit}`);
  if (now === undefined) return 'Unchanged';
  if (now !== null) return `Current: ${withUnit(now)}`;
  return byDefault === undefined ? 'Not set' : `Default: ${withUnit(byDefault)}`;
}
