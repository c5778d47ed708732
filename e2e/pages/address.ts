import { expect, type Page } from '@playwright/test';

/** Opens a view by its address, such as `/a/sandbox/us-east-1/c/staging`, in whichever host shows the page. */
export async function openAddress(page: Page, address: string): Promise<void> {
  await page.goto(new URL(address, page.url()).href);
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
