import { NumberInput } from '@mantine/core';
import { SETTING_TEXT } from './deploy-text.ts';

interface NumberFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
  /** What is set now, shown while the field is empty; `null` where nothing is set, undefined until it is read. */
  readonly now: string | number | null | undefined;
  /** The default of ECS. */
  readonly byDefault?: number;
}

/** A number. Left empty, the current value is kept. */
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
  if (now === undefined) return SETTING_TEXT.unchanged;
  if (now !== null) return SETTING_TEXT.current(withUnit(now));
  return byDefault === undefined ? SETTING_TEXT.notSet : SETTING_TEXT.byDefault(withUnit(byDefault));
}
