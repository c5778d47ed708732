import type { Accounts } from './aws/accounts.ts';
import type { Aws } from './aws/aws.ts';
import { jobFacts, placeOfJob } from './ecs/job-facts.ts';
import type { Environments } from './environments/environments.ts';
import type { Journal } from './journal/journal.ts';
import { createRequestHandler } from './network/request-handler.ts';
import { createTrustedCertificates } from './network/trusted-certificates.ts';
import { areaLogger } from './ports/log-areas.ts';
import type { Ports } from './ports/ports.ts';
import { createJobNotices } from './settings/job-notices.ts';
import type { SettingsStore } from './settings/settings-file.ts';
import { createWebhook } from './settings/webhook.ts';
import { openWebhookAddress } from './settings/webhook-address.ts';

interface NoticeDependencies {
  readonly accounts: Accounts;
  readonly aws: Aws;
  readonly environments: Environments;
  readonly journal: Journal;
  readonly settings: SettingsStore;
}

/** The notices of ended jobs, and the webhook that they are sent to through the proxy of the machine. */
export function openNotices(
  ports: Ports,
  { accounts, aws, environments, journal, settings }: NoticeDependencies,
) {
  const address = openWebhookAddress(ports.paths, ports.secrets);
  const requests = createRequestHandler({
    ...ports,
    certificates: createTrustedCertificates(ports.environment),
    caBundle: undefined,
  });
  const notices = createJobNotices({
    ...ports,
    logger: areaLogger(ports.logger, 'jobs'),
    settings,
    address,
    webhook: createWebhook({ requests }),
    environmentOf: (job) => environments.guardOf(placeOfJob(accounts, job)).environment,
    factsOf: (job, signal) => jobFacts({ accounts, aws, journal }, job, signal),
  });
  return {
    address,
    notices,
    async close(): Promise<void> {
      await notices.close();
      requests.destroy();
    },
  };
}
