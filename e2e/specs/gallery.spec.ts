import { expect } from '@playwright/test';
import { test } from '../fixtures/gallery.ts';
import { expectGoodLayout } from '../fixtures/layout-faults.ts';
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
  test(`every state of ${part} fits its layout and is accessible`, async ({
    gallery: { page, states, show },
  }) => {
    const names = states.filter((name) => name.split('/', 1)[0] === part);
    expect(names).not.toEqual([]);
    for (const name of names) {
      await test.step(name, async () => {
        await show(name);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 800 });
          await expectGoodLayout(page, `${name} at ${width}`);
        }
        // A thousand rows are as usable as ten, and axe would take minutes for them.
        if (!name.endsWith('/many')) await expectUsableByEveryone(page);
      });
    }
  });
}
