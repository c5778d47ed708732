import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Scope } from '../../../shared/model/account.ts';
import { EmptyState } from './empty-state.tsx';
import { FAMILY_TEXT } from './ui-text.ts';

interface NoSuchFamilyProps {
  readonly scope: Scope;
  readonly family: string;
}

/** The page of a family that has no revision of any status, with the way to those that exist. */
export function NoSuchFamily({ scope: { account, region }, family }: NoSuchFamilyProps) {
  return (
    <EmptyState
      title={FAMILY_TEXT.missing(family)}
      action={
        <Button
          renderRoot={(props) => (
            <Link to="/a/$account/$region/families" params={{ account, region }} {...props} />
          )}
        >
          {FAMILY_TEXT.all}
        </Button>
      }
    >
      {FAMILY_TEXT.missingHelp(region)}
    </EmptyState>
  );
}
