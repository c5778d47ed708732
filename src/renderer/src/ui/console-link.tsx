import { Anchor } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';

/** Opens a thing in the AWS console, in the system's browser; `what` names the thing. */
export function ConsoleLink({ url, what }: { readonly url: string; readonly what: string }) {
  return (
    <Anchor
      href={url}
      target="_blank"
      rel="noreferrer"
      size="xs"
      c="dimmed"
      aria-label={`Open ${what} in the AWS console`}
      title="Open in the AWS console"
      style={{ display: 'inline-flex', alignItems: 'center', verticalAlign: 'text-bottom' }}
    >
      <IconExternalLink size={13} aria-hidden />
    </Anchor>
  );
}
