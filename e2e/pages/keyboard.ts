import { expect, type Locator, type Page } from '@playwright/test';

/** More elements than this are before nothing that is used often. */
const MOST_STOPS = 40;

/** Presses Tab until the element has the focus; fails when it cannot be reached so. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  // Until then Tab passes over it.
  await expect(target).toBeEnabled();
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target, 'reached with Tab').toBeFocused();
}
