import { Button, CopyButton } from '@mantine/core';
import { POLICY_TEXT } from './ui-text.ts';

/** Copies the least IAM policy of a check that does not pass. */
export function CopyPolicy({ policy }: { readonly policy: string }) {
  return (
    <CopyButton value={policy}>
      {({ copied, copy }) => (
        <Button size="compact-xs" variant="default" title={POLICY_TEXT.title} onClick={copy}>
          {copied ? POLICY_TEXT.copied : POLICY_TEXT.copy}
        </Button>
      )}
    </CopyButton>
  );
}
