import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { UI_TEXT } from './ui-text.ts';

/** A button that copies an id; `what` names it, such as `task id`. */
export function CopyId({ value, what }: { readonly value: string; readonly what: string }) {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? UI_TEXT.copied : value}>
          <ActionIcon
            size={18}
            variant="subtle"
            color="gray"
            c="var(--faint)"
            onClick={copy}
            aria-label={copied ? UI_TEXT.copied : UI_TEXT.copy(what)}
          >
            {copied ? <IconCheck size={12} /> : <IconCopy size={12} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
