import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { type MomentReading, readMoment, zoneName } from '../../../../shared/moment-text.ts';
import { useFormatInstant, useTimeZone } from '../../lib/time-zone.ts';
import { TIMELINE_TEXT } from './timeline-text.ts';

interface MomentFieldProps {
  readonly label: string;
  readonly placeholder: string;
  /** ISO 8601; undefined where none is chosen. */
  readonly value: string | undefined;
  readonly onChange: (at: string | undefined) => void;
}

/** A moment of the past as people type it, with the zone that it is in. It counts when the field is left, or with Enter. */
export function MomentField({ label, placeholder, value, onChange }: MomentFieldProps) {
  const zone = useTimeZone();
  const format = useFormatInstant();
  const shown = value === undefined ? '' : format(value).slice(0, 16);
  const [text, setText] = useState(shown);
  const [read, setRead] = useState<MomentReading>();
  const [from, setFrom] = useState(shown);
  // Another address, such as that of Back, has another moment.
  if (from !== shown) {
    setFrom(shown);
    setText(shown);
    setRead(undefined);
  }
  const error =
    read?.kind === 'future'
      ? TIMELINE_TEXT.future
      : read?.kind === 'unreadable'
        ? TIMELINE_TEXT.unreadable
        : undefined;
  const take = (): void => {
    if (text === shown) return;
    if (text.trim() === '') onChange(undefined);
    if (read?.kind === 'moment') onChange(read.at.toISOString());
  };
  return (
    <TextInput
      label={`${label} (${zoneName(zone)})`}
      placeholder={placeholder}
      value={text}
      error={error}
      maxLength={60}
      w={270}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        setRead(
          currentTarget.value.trim() === '' ? undefined : readMoment(currentTarget.value, new Date(), zone),
        );
      }}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take();
      }}
    />
  );
}
