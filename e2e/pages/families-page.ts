import type { Locator, Page } from '@playwright/test';

export type RevisionStatusFilter = 'Active' | 'Inactive' | 'All';

/** All task definition families, and the page of one of them. */
export interface FamiliesPage {
  readonly heading: Locator;
  readonly search: Locator;
  family(name: string): Locator;
  /** A family of the list, with what is read of it. */
  row(name: string): Locator;
  readonly searchRevisions: Locator;
  readonly revisions: Locator;
  showRevisions(status: RevisionStatusFilter): Promise<void>;
}

export function familiesPage(page: Page): FamiliesPage {
  const revisions = page.getByRole('region', { name: /^Revisions of/ });
  return {
    heading: page.getByRole('heading', { level: 1 }),
    search: page.getByRole('textbox', { name: 'Search families' }),
    family: (name) => page.getByRole('main').getByRole('link', { name, exact: true }),
    row: (name) =>
      page
        .getByRole('main')
        .getByRole('listitem')
        .filter({ has: page.getByRole('link', { name, exact: true }) }),
    searchRevisions: revisions.getByRole('textbox', { name: 'Search revisions' }),
    revisions: revisions.getByRole('listitem'),
    showRevisions: (status) => revisions.getByText(status, { exact: true }).click(),
  };
}
