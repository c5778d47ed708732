import type { Page } from '@playwright/test';

/** Opens a view by its address, such as `/a/sandbox/us-east-1/c/staging`, in whichever host shows the page. */
export async function openAddress(page: Page, address: string): Promise<void> {
  await page.goto(new URL(address, page.url()).href);
}

/** Path and search of the view that is open. */
export function addressOf(page: Page): string {
  const { pathname, search } = new URL(page.url());
  return pathname + search;
}
