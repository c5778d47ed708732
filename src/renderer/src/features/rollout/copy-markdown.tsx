import { Button, CopyButton } from '@mantine/core';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import { rolloutMarkdown } from './rollout-markdown.ts';

/** Copies how a deployment stands, with the evidence, for a ticket. */
export function CopyMarkdown({ rollout }: { readonly rollout: Rollout }) {
  return (
    <CopyButton value={rolloutMarkdown(rollout)}>
      {({ copied, copy }) => (
        <Button size="compact-xs" onClick={copy}>
          {copied ? 'Copied' : 'Copy as Markdown'}
        </Button>
      )}
    </CopyButton>
  );
}
