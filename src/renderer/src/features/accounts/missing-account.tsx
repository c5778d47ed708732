import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { ACCOUNT_TEXT, SANDBOX_TEXT } from './accounts-text.ts';
import { TrySandbox, useSandboxState } from './sandbox-buttons.tsx';

/** An address of an account that this machine has no profile for, or of the sandbox while it is stopped. */
export function MissingAccount({ account }: { readonly account: string }) {
  const sandbox = useSandboxState();
  if (account === 'sandbox' && sandbox === 'offered') {
    return (
      <Page title={SANDBOX_TEXT.name}>
        <EmptyState title={SANDBOX_TEXT.notRunning} action={<TrySandbox />}>
          {SANDBOX_TEXT.about}
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page title={ACCOUNT_TEXT.missing}>
      <EmptyState
        title={ACCOUNT_TEXT.missingAccount(account)}
        action={
          <Button renderRoot={(props) => <Link to="/accounts" {...props} />}>
            {ACCOUNT_TEXT.allAccounts}
          </Button>
        }
      >
        {ACCOUNT_TEXT.missingHelp}
      </EmptyState>
    </Page>
  );
}
