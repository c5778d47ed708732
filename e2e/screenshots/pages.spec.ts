import { expect, type Page } from '@playwright/test';
import { test as galleryTest } from '../fixtures/gallery.ts';
import { test } from '../fixtures/test.ts';
import { openAddress } from '../pages/address.ts';
import { EVERY_PAGE, untilRead } from '../pages/every-page.ts';

const WIDTHS = [900, 1440, 1920];

/** Of a page that follows a deployment, what is below a longer list moves. */
const MOVING = { maxDiffPixelRatio: 0.06 };

for (const { name, address, shown, isLive } of EVERY_PAGE) {
  test(`page ${name}`, async ({ page }) => {
    await openAddress(page, address);
    await shown(page).first().waitFor();
    await untilRead(page);
    await takeAll(page, `pages/${name}`, isLive ? MOVING : {});
  });
}

// Empty, loading, failed, long names, 1,000 rows: what the sandbox does not show at once.
galleryTest('every state in the gallery', async ({ gallery: { page, states, show } }) => {
  // Hundreds of pictures: on a busy machine more than other tests have time for.
  galleryTest.setTimeout(3_600_000);
  for (const name of states) {
    await show(name);
    await takeAll(page, `states/${name.replaceAll('/', '-')}`);
  }
});

/** In both themes and three widths, without the status bar. */
async function takeAll(page: Page, name: string, tolerance: Partial<typeof MOVING> = {}): Promise<void> {
  // Its seconds would never hold still, and a mask would cover the buttons of a dialog that is over it.
  await page.locator('footer').evaluateAll((bars) => {
    for (const bar of bars) if (bar instanceof HTMLElement) bar.style.visibility = 'hidden';
  });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await expect.soft(page).toHaveScreenshot(`${name}-${colorScheme}-${width}.png`.split('/'), tolerance);
    }
  }
}
