import { expect, type Locator, type Page } from '@playwright/test';

/** The command palette. */
export interface Palette {
  readonly dialog: Locator;
  readonly search: Locator;
  readonly actions: Locator;
  /** How far names have been read. */
  readonly status: Locator;
  /** Opens the palette with its key and types what is looked for. The page must be there: keys reach nothing before. */
  find(words: string): Promise<void>;
  /** Carries out the only action that was found, or else the first; the palette closes. */
  carryOut(): Promise<void>;
}

export function palette(page: Page): Palette {
  const dialog = page.getByRole('dialog', { name: 'Command palette' });
  const search = dialog.getByRole('combobox', { name: 'Search' });
  return {
    search,
    dialog,
    actions: dialog.getByRole('option'),
    status: dialog.getByRole('status').first(),
    async find(words) {
      await page.keyboard.press('ControlOrMeta+k');
      await expect(search).toBeFocused();
      await page.keyboard.type(words);
    },
    async carryOut() {
      await page.keyboard.press('Enter');
      await expect(search).toBeHidden();
    },
  };
}

/** All keys, as `?` shows them. */
export function shortcutSheet(page: Page): Locator {
  return page.getByRole('dialog', { name: 'Keyboard shortcuts' });
}
