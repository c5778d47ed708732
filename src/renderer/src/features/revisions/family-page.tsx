import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Scope } from '../../../../shared/model/account.ts';
import type { RevisionsSearch } from '../../lib/search.ts';
import { NoSuchFamily } from '../../ui/no-such-family.tsx';
import { Page } from '../../ui/page.tsx';
import { RevisionTimeline } from './revision-timeline.tsx';
import { REVISIONS_TEXT } from './revisions-text.ts';
import { useIsMissingFamily } from './use-is-missing-family.ts';

export interface FamilyPageProps {
  readonly scope: Scope;
  readonly family: string;
  readonly search: RevisionsSearch;
}

/** The history of a family, looked at without a service. */
export function FamilyPage({ scope, family, search }: FamilyPageProps) {
  const { account, region } = scope;
  if (useIsMissingFamily(scope, family)) {
    return (
      <Page title={family}>
        <NoSuchFamily scope={scope} family={family} />
      </Page>
    );
  }
  return (
    <Page
      title={family}
      actions={
        <Button
          renderRoot={(props) => (
            <Link to="/a/$account/$region/cleanup/$family" params={{ account, region, family }} {...props} />
          )}
        >
          {REVISIONS_TEXT.cleanUp}
        </Button>
      }
    >
      <RevisionTimeline scope={scope} family={family} search={search} />
    </Page>
  );
}
