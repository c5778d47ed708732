import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Scope } from '../../../../shared/model/account.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { REVISIONS_TEXT } from './revisions-text.ts';

interface NoSuchFamilyProps {
  readonly scope: Scope;
  readonly family: string;
}

/** The page of a family that has no revision of any status, with the way to those that exist. */
export function NoSuchFamily({ scope: { account, region }, family }: NoSuchFamilyProps) {
  return (
    <EmptyState
      title={REVISIONS_TEXT.noSuchFamily(family)}
      action={
        <Button
          renderRoot={(props) => (
            <Link to="/a/$account/$region/families" params={{ account, region }} {...props} />
          )}
        >
          {REVISIONS_TEXT.allFamilies}
        </Button>
      }
    >
      {REVISIONS_TEXT.noSuchFamilyHelp(region)}
    </EmptyState>
  );
}
