import { expect } from '@playwright/test';
import { test } from '../fixtures/gallery.ts';
import { layoutFaults } from '../fixtures/layout-faults.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';

const WIDTHS = [900, 1920];

/** Pages of the gallery; each has some states. */
const PARTS = [
  'ui',
  'accounts',
  'clusters',
  'services',
  'service',
  'families',
  'cleanup',
  'journal',
  'deploy',
  'plan',
  'rollout',
  'bulk-release',
  'bulk-release-board',
  'revision-editor',
  'compare',
  'image-cleanup',
];

for (const part of PARTS) {
  test(`every state of ${part} fits its layout and is accessible`, async ({ page, gallery }) => {
    await page.goto(gallery);
    const links = page.getByRole('main').getByRole('link');
    await links.first().waitFor();
    const names = (await links.allTextContents()).filter((name) => name.split('/', 1)[0] === part);
    expect(names).not.toEqual([]);
    for (const name of names) {
      await test.step(name, async () => {
        // Nothing is loaded again; to navigate there would take most of the time of a state.
        await page.evaluate((hash) => {
          window.location.hash = hash;
        }, name);
        await expect(page.locator(`html[data-state="${name}"]`)).toBeAttached();
        await page.getByRole('main').or(page.getByRole('alert')).first().waitFor();
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 800 });
          expect.soft(await layoutFaults(page), `${name} at ${width}`).toEqual([]);
        }
        // A thousand rows are as usable as ten, and axe would take minutes for them.
        if (!name.endsWith('/many')) await expectUsableByEveryone(page);
      });
    }
  });
}
