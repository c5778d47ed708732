import type { Page } from '@playwright/test';

/** The page on which a revision is made by hand. */
export function revisionEditor(page: Page) {
  const form = page.getByRole('form', { name: 'Task definition' });
  return {
    field: (label: string) => form.getByLabel(label, { exact: true }).first(),
    container: (name: string) => form.getByRole('group', { name: `Container ${name}` }),
    json: page.getByRole('textbox', { name: 'Task definition as JSON' }),
    problems: page.getByRole('region', { name: 'Problems' }),
    differences: page.getByRole('region', { name: /^Differences from/ }),
    why: page.getByRole('textbox', { name: 'Why' }),
    register: page.getByRole('button', { name: 'Register', exact: true }),
    deploy: page.getByRole('button', { name: 'Deploy…' }),
    registered: (revision: string) => page.getByRole('region', { name: `${revision} is registered` }),
    showAs: (view: 'Form' | 'JSON') => page.getByText(view, { exact: true }).click(),
  };
}
