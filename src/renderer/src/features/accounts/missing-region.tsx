import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Scope } from '../../../../shared/model/account.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { REGION_TEXT } from './accounts-text.ts';

/** An address of a region whose name no region has. */
export function MissingRegion({ scope: { account, region } }: { readonly scope: Scope }) {
  return (
    <Page title={REGION_TEXT.missing}>
      <EmptyState
        title={REGION_TEXT.missingRegion(region)}
        action={
          <Button renderRoot={(props) => <Link to="/a/$account" params={{ account }} {...props} />}>
            {REGION_TEXT.openAccount}
          </Button>
        }
      >
        {REGION_TEXT.missingHelp}
      </EmptyState>
    </Page>
  );
}
