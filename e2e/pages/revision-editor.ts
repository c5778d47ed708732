import { expect, type Locator, type Page } from '@playwright/test';

/** The page on which a revision is made by hand. */
export function revisionEditor(page: Page) {
  const form = page.getByRole('form', { name: 'Task definition' });
  const container = (name: string) => form.getByRole('group', { name: `Container ${name}` });
  const view = (name: 'Form' | 'JSON') => page.getByRole('radio', { name });
  return {
    field: (label: string) => form.getByLabel(label, { exact: true }).first(),
    container,
    /** Adds a variable to a container, and answers its group of fields. */
    async addVariable(name: string): Promise<Locator> {
      const variables = container(name).getByRole('group', { name: /^variable/ });
      const count = await variables.count();
      await container(name).getByRole('button', { name: 'Add a variable' }).click();
      return variables.nth(count);
    },
    json: page.getByRole('textbox', { name: 'Task definition as JSON' }),
    /** What is offered at the cursor of the JSON. */
    options: page.getByRole('listbox', { name: 'Completions' }).getByRole('option'),
    problems: page.getByRole('region', { name: 'Problems' }),
    differences: page.getByRole('region', { name: /^Differences from/ }),
    why: page.getByRole('textbox', { name: 'Reason' }),
    register: page.getByRole('button', { name: 'Register', exact: true }),
    deploy: page.getByRole('button', { name: 'Deploy…' }),
    registered: (revision: string) => page.getByRole('region', { name: `${revision} is registered` }),
    view,
    /** Changes the view once it may be changed: the form doesn't exist while the JSON is not valid. */
    async showAs(name: 'Form' | 'JSON') {
      await expect(view(name)).toBeEnabled();
      await page.getByText(name, { exact: true }).click();
      await expect(view(name)).toBeChecked();
    },
  };
}
