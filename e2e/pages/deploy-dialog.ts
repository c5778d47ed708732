import type { Locator, Page } from '@playwright/test';

/** The dialog that chooses, builds and pushes images, up to the plan. */
export interface DeployDialog {
  readonly dialog: Locator;
  container(name: string): ContainerSection;
  plan(): Promise<void>;
}

export interface ContainerSection {
  readonly section: Locator;
  /** What will be deployed, once it is chosen. */
  readonly chosen: Locator;
  readonly problem: Locator;
  chooseTag(tag: string): Promise<void>;
  openFolder(folder: string): Promise<void>;
  buildAndPush(): Promise<void>;
}

export function deployDialog(page: Page): DeployDialog {
  const dialog = page.getByRole('dialog', { name: /^Deploy / });
  return {
    dialog,
    container: (name) => containerSection(page, dialog.getByRole('region', { name: `Container ${name}` })),
    plan: () => dialog.getByRole('button', { name: 'Plan', exact: true }).click(),
  };
}

function containerSection(page: Page, section: Locator): ContainerSection {
  const from = (origin: string) => section.getByText(origin, { exact: true }).click();
  return {
    section,
    chosen: section.getByText('To deploy:'),
    problem: section.getByRole('alert'),
    async chooseTag(tag) {
      await from('Tag in the repository');
      await section.getByRole('textbox', { name: /^Search tags/ }).fill(tag);
      await section.getByRole('option').filter({ hasText: tag }).first().click();
    },
    async openFolder(folder) {
      await from('Build from a folder');
      await section.getByRole('textbox', { name: 'Folder' }).fill(folder);
      await page.keyboard.press('Enter');
    },
    buildAndPush: () => section.getByRole('button', { name: 'Build and push' }).click(),
  };
}
