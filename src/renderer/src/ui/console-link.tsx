import { Anchor } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { UI_TEXT } from './ui-text.ts';

interface ConsoleLinkProps {
  /** Undefined when the address of the console is unknown. */
  readonly url: string | undefined;
  readonly what: string;
}

/** Opens a thing in the AWS console, in the system's browser; `what` names the thing. */
export function ConsoleLink({ url, what }: ConsoleLinkProps) {
  if (url === undefined) return null;
  return (
    <Anchor
      href={url}
      target="_blank"
      rel="noreferrer"
      size="xs"
      c="dimmed"
      aria-label={UI_TEXT.openOneInConsole(what)}
      title={UI_TEXT.openInConsole}
      style={{ display: 'inline-flex', alignItems: 'center', verticalAlign: 'text-bottom' }}
    >
      <IconExternalLink size={13} aria-hidden />
    </Anchor>
  );
}
