import { TextInput } from '@mantine/core';
import type { Ref } from 'react';

interface ConfirmByTypingProps {
  /** The text that has to be typed. */
  readonly expected: string;
  /** What typing it allows, such as `to deploy`. */
  readonly purpose: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly ref?: Ref<HTMLInputElement>;
}

/** Asks for a name to be typed before a change that is guarded. The caller compares `value` with `expected`. */
export function ConfirmByTyping({ expected, purpose, value, onChange, ref }: ConfirmByTypingProps) {
  return (
    <TextInput
      {...(ref !== undefined && { ref })}
      label={
        <>
          Type <b>{expected}</b> {purpose}
        </>
      }
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoComplete="off"
      spellCheck={false}
    />
  );
}
