import { expect } from '@playwright/test';
import { test } from '../fixtures/gallery.ts';
import { expectGoodLayout } from '../fixtures/layout-faults.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { servicesView } from '../pages/services-view.ts';

const WIDTHS = [900, 1920];

/** Pages of the gallery; each has some states. */
const PARTS = [
  'ui',
  'accounts',
  'prompts',
  'clusters',
  'services',
  'service',
  'families',
  'cleanup',
  'journal',
  'metrics',
  'deploy',
  'plan',
  'rollout',
  'logs',
  'logs-filter',
  'bulk-release',
  'bulk-release-board',
  'revision-editor',
  'compare',
  'image-cleanup',
  'repositories',
  'images',
  'image-details',
  'compare-clusters',
  'promote',
  'copy-image',
  'task',
  'stop-task',
  'run-task',
  'tasks',
  'shell',
  'timeline',
  'timeline-changes',
  'timeline-restore',
  'drift',
  'shared-plans',
  'locks',
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

test('of 1,000 services only the rows in sight are drawn, and the filters stay over them', async ({
  gallery: { page, show },
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await show('services/many');
  const { rows, filter } = servicesView(page);
  await expect(rows.first()).toHaveAttribute('aria-setsize', '1000');
  expect(await rows.count()).toBeLessThan(60);
  await rows.first().hover();
  await page.mouse.wheel(0, 20_000);
  await expect(rows.first()).not.toHaveAttribute('aria-posinset', '1');
  await expect(filter).toBeInViewport();
});
