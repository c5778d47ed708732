import type { Locator, Page } from '@playwright/test';

/** The left panes: accounts with their clusters, and the services of a cluster. */
export interface ServicesView {
  readonly services: Locator;
  cluster(name: string): Locator;
  service(name: string): Locator;
  readonly filter: Locator;
  open(cluster: string, service: string): Promise<void>;
}

export function servicesView(page: Page): ServicesView {
  const services = page.getByRole('region', { name: 'Services' });
  const cluster = (name: string) =>
    page.getByRole('navigation').getByRole('link', { name: new RegExp(`^${name}\\b`) });
  const service = (name: string) => services.locator(`[data-service="${name}"]`);
  return {
    services,
    cluster,
    service,
    filter: services.getByRole('searchbox', { name: 'Filter services' }),
    async open(clusterName, serviceName) {
      await cluster(clusterName).click();
      await service(serviceName).click();
      await page.getByRole('heading', { level: 1, name: serviceName }).waitFor();
    },
  };
}
