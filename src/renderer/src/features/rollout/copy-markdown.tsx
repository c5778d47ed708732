import { Button, CopyButton } from '@mantine/core';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import { rolloutMarkdown } from './rollout-markdown.ts';
import { ROLLOUT_TEXT } from './rollout-text.ts';

/** Copies the state of a deployment and its evidence for a ticket. */
export function CopyMarkdown({ rollout }: { readonly rollout: Rollout }) {
  return (
    <CopyButton value={rolloutMarkdown(rollout)}>
      {({ copied, copy }) => (
        <Button size="compact-xs" onClick={copy}>
          {copied ? ROLLOUT_TEXT.copied : ROLLOUT_TEXT.copy}
        </Button>
      )}
    </CopyButton>
  );
}
