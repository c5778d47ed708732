import type { Locator, Page } from '@playwright/test';
import { windowFrame } from './window-frame.ts';

/** The services of a cluster. */
export interface ServicesView {
  readonly services: Locator;
  readonly rows: Locator;
  service(name: string): Locator;
  readonly filter: Locator;
  /** Why the list could not be read. */
  readonly problem: Locator;
  open(cluster: string, service: string): Promise<void>;
}

export function servicesView(page: Page): ServicesView {
  const services = page.getByRole('region', { name: 'Services' });
  const service = (name: string) => services.locator(`[data-service="${name}"]`);
  return {
    services,
    rows: services.getByRole('listitem'),
    service,
    filter: services.getByRole('searchbox', { name: 'Filter services' }),
    problem: services.getByRole('alert'),
    async open(clusterName, serviceName) {
      await windowFrame(page).cluster(clusterName).click();
      await service(serviceName).click();
      await page.getByRole('heading', { level: 1, name: serviceName }).waitFor();
    },
  };
}
