import { TextInput } from '@mantine/core';
import { ImageTag } from '../../../../shared/model/image.ts';
import { TARGET_TEXT } from './docker-text.ts';

interface TagFieldProps {
  readonly value: string;
  readonly onChange: (tag: string) => void;
  readonly disabled: boolean;
}

/** The tag to push under, with what is wrong about it and what one had better know. */
export function TagField({ value, onChange, disabled }: TagFieldProps) {
  const invalid = value !== '' && !isTag(value);
  return (
    <TextInput
      label={TARGET_TEXT.tag}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value.trim())}
      disabled={disabled}
      spellCheck={false}
      autoComplete="off"
      error={invalid ? TARGET_TEXT.invalidTag : undefined}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      description={value.endsWith('-dirty') ? <DirtyWarning /> : undefined}
    />
  );
}

function DirtyWarning() {
  return <span style={{ color: 'var(--warn)' }}>{TARGET_TEXT.dirtyTag}</span>;
}

/** Whether a registry takes this tag. */
export function isTag(text: string): boolean {
  return ImageTag.safeParse(text).success;
}
