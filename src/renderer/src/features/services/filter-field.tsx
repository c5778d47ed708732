import { TextInput } from '@mantine/core';
import { type KeyboardEvent, type RefObject, useRef } from 'react';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { SERVICE_TEXT } from './service-text.ts';
import type { ServiceRowsHandle } from './use-service-focus.ts';

interface FilterFieldProps {
  /** How many services there are, once that is known. */
  readonly count: number | undefined;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly rows: RefObject<ServiceRowsHandle | null>;
}

/** The filter over a list of services: `/` leads to it, the arrow down into the list, Enter opens the first match, Escape ends it. */
export function FilterField({ count, value, onChange, rows }: FilterFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  useShortcuts({
    filter: () => input.current?.focus(),
    next: () => rows.current?.move(1),
    previous: () => rows.current?.move(-1),
  });
  const leave = (): void => {
    onChange('');
    if (rows.current === null) input.current?.blur();
    else rows.current.move(0);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'ArrowDown') rows.current?.focusFirst();
    else if (event.key === 'Enter') rows.current?.openFirst();
    else if (event.key === 'Escape') leave();
    else return;
    event.preventDefault();
  };
  return (
    <TextInput
      ref={input}
      type="search"
      aria-label={SERVICE_TEXT.filter}
      placeholder={count === undefined ? SERVICE_TEXT.filter : SERVICE_TEXT.filterOf(count)}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}
