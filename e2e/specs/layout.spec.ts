import { expectGoodLayout } from '../fixtures/layout-faults.ts';
import { expect, test } from '../fixtures/test.ts';
import { lookAt } from '../pages/address.ts';
import { EVERY_PAGE, untilDrawn, untilRead } from '../pages/every-page.ts';

/** The smallest window, a usual one, a large one, and what 1280 × 800 is at a zoom of 200 %. */
const SIZES = [
  { width: 900, height: 700 },
  { width: 1440, height: 900 },
  { width: 1920, height: 1080 },
  { width: 640, height: 400 },
];

for (const { name, address, shown, primary } of EVERY_PAGE) {
  test(`the page ${name} fits each size of the window, and its main action is in sight`, async ({ page }) => {
    await lookAt(page, address);
    await shown(page).first().waitFor();
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await untilDrawn(page);
      await untilRead(page);
      const at = `${name} at ${size.width} × ${size.height}`;
      await expectGoodLayout(page, at);
      if (primary !== undefined) await expect.soft(primary(page), at).toBeInViewport({ ratio: 1 });
    }
  });
}

test('the crumbs of a service are whole in a window of 1440 × 900 at a zoom of 200 %', async ({ page }) => {
  await lookAt(page, '/a/sandbox/us-east-1/c/production/s/checkout');
  await page.setViewportSize({ width: 720, height: 450 });
  const crumbs = page.getByRole('navigation', { name: 'Location' }).getByRole('link');
  await expect(crumbs.last()).toHaveText('checkout');
  await expect
    .poll(() =>
      crumbs.evaluateAll((links) =>
        links.filter((link) => link.scrollWidth > link.clientWidth).map((link) => link.textContent),
      ),
    )
    .toEqual([]);
});
