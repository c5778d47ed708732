import type { Locator, Page } from '@playwright/test';

/** What is open over the page, which rests behind it. */
export const DIALOG = '[role="dialog"]';

/** The dialog that chooses, builds and pushes images, up to the plan. */
export interface DeployDialog {
  readonly dialog: Locator;
  container(name: string): ContainerSection;
  setVariable(name: string, value: string): Promise<void>;
  /** The bounds of a rolling deployment, in percent of the desired count. */
  setBounds(bounds: { readonly minimum: number; readonly maximum: number }): Promise<void>;
  /** A field of the further changes, once its part is unfolded. */
  setting(name: string): Locator;
  unfold(part: string): Promise<void>;
  readonly planButton: Locator;
  /** Whether to keep the draft, asked where the dialog is closed. */
  readonly question: Locator;
  /** That a draft was restored. */
  readonly restored: Locator;
  plan(): Promise<void>;
}

export type ImageOrigin = 'Keep' | 'Registry' | 'Local image' | 'Build from a folder';

export interface ContainerSection {
  readonly section: Locator;
  /** What will be deployed, once it is chosen. */
  readonly chosen: Locator;
  /** The commits between the running and the chosen image. */
  readonly commits: Locator;
  readonly problem: Locator;
  readonly buildLog: Locator;
  /** The button that builds and pushes. */
  readonly build: Locator;
  /** The repositories that are offered, once one of the origins that pushes or pulls is chosen. */
  readonly repository: Locator;
  readonly repositoryOptions: Locator;
  readonly images: Locator;
  readonly search: Locator;
  chooseTag(tag: string): Promise<void>;
  chooseOrigin(origin: ImageOrigin): Promise<void>;
  openFolder(folder: string): Promise<void>;
  /** Gives the image that is built another tag than the commit. */
  tagAs(tag: string): Promise<void>;
  buildAndPush(): Promise<void>;
}

export function deployDialog(page: Page): DeployDialog {
  const dialog = page.getByRole('dialog', { name: /^Deploy / });
  const planButton = dialog.getByRole('button', { name: 'Review changes', exact: true });
  const more = dialog.getByRole('region', { name: 'More changes' });
  const unfold = (title: string) => more.locator('summary').filter({ hasText: title }).click();
  return {
    dialog,
    container: (name) => containerSection(page, dialog.getByRole('region', { name: `Container ${name}` })),
    async setVariable(name, value) {
      await unfold('Environment and secrets');
      await more.getByRole('button', { name: 'Add a variable or secret' }).click();
      const change = more.getByRole('group', { name: 'Change 1' });
      await change.getByRole('textbox', { name: 'Name' }).fill(name);
      await change.getByRole('textbox', { name: 'Value' }).fill(value);
    },
    async setBounds({ minimum, maximum }) {
      await unfold('Deployment settings');
      await more.getByLabel('Minimum healthy').fill(String(minimum));
      await more.getByLabel('Maximum', { exact: true }).fill(String(maximum));
    },
    setting: (name) => more.getByRole('textbox', { name, exact: true }),
    unfold,
    planButton,
    question: page.getByRole('dialog', { name: 'Close and keep a draft?' }),
    restored: dialog.getByText(/^Draft restored/),
    plan: () => planButton.click(),
  };
}

function containerSection(page: Page, section: Locator): ContainerSection {
  const from = (origin: ImageOrigin) => section.getByText(origin, { exact: true }).click();
  const build = section.getByRole('button', { name: 'Build and push' });
  return {
    section,
    chosen: section.getByText('New image:'),
    commits: section.getByRole('list', { name: 'Commits' }),
    problem: section.getByRole('alert'),
    build,
    buildLog: section.getByRole('log', { name: 'Build log' }),
    repository: section.getByRole('combobox', { name: 'Repository' }),
    repositoryOptions: page.getByRole('listbox', { name: 'Repository' }),
    images: section.getByRole('listbox', { name: 'Images' }),
    search: section.getByRole('textbox', { name: /^Search tags/ }),
    chooseOrigin: from,
    async chooseTag(tag) {
      await from('Registry');
      await section.getByRole('textbox', { name: /^Search tags/ }).fill(tag);
      await section.getByRole('option').filter({ hasText: tag }).first().click();
    },
    async openFolder(folder) {
      await from('Build from a folder');
      await section.getByRole('textbox', { name: 'Folder' }).fill(folder);
      await page.keyboard.press('Enter');
    },
    tagAs: (tag) => section.getByRole('textbox', { name: 'Tag', exact: true }).fill(tag),
    buildAndPush: () => build.click(),
  };
}
