import { NumberInput } from '@mantine/core';
import { MOST_MINUTES } from '../lib/warn-after.ts';

interface MinutesFieldProps {
  /** For its label. */
  readonly id: string;
  readonly value: number | undefined;
  /** What no number means. */
  readonly placeholder: string;
  readonly onChange: (minutes: number | undefined) => void;
}

/** A number of whole minutes, up to a day; empty for none. */
export function MinutesField({ id, value, placeholder, onChange }: MinutesFieldProps) {
  return (
    <NumberInput
      id={id}
      size="xs"
      w={84}
      placeholder={placeholder}
      value={value ?? ''}
      onChange={(next) => onChange(typeof next === 'number' && next >= 1 ? next : undefined)}
      min={1}
      max={MOST_MINUTES}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="strict"
      suffix=" min"
    />
  );
}
