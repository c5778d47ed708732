import { expect, type Page, test } from '@playwright/test';

/** The file whose tests have only looked at a page since it was loaded. */
const LOOKED_AT = new WeakMap<Page, string>();

/** Opens a view by its address, such as `/a/sandbox/us-east-1/c/staging`, in whichever host shows the page. */
export async function openAddress(page: Page, address: string): Promise<void> {
  LOOKED_AT.delete(page);
  await page.goto(new URL(address, page.url()).href);
}

/**
 * Opens a view as a link does, in a page that the file's other tests have only looked at, and loads the page otherwise.
 * Loading it again would be half of the processor time of a test that only looks; what such tests store is not forgotten.
 */
export async function lookAt(page: Page, address: string): Promise<void> {
  if (LOOKED_AT.get(page) === test.info().file) {
    await page.evaluate((to) => window.history.pushState(null, '', to), address);
  } else {
    await loadToLook(page, address);
  }
}

/** Loads the page at an address, for a test that only looks. */
export async function loadToLook(page: Page, address: string): Promise<void> {
  await openAddress(page, address);
  LOOKED_AT.set(page, test.info().file);
}

/**
 * Opens a view in a window that was just started with one account, without loading the page again. Its first view leads to
 * the first cluster, and would lead away from what is opened before.
 */
export async function openAfterStart(page: Page, address: string): Promise<void> {
  await page.waitForURL(/\/c\/[^/]+$/);
  await page.evaluate((to) => window.history.pushState(null, '', to), address);
}

/** Waits until the address has this path and search. Playwright learns of a new one after the page shows its view. */
export async function expectAddress(page: Page, address: string): Promise<void> {
  await expect
    .poll(() => {
      const { pathname, search } = new URL(page.url());
      return pathname + search;
    })
    .toBe(address);
}
