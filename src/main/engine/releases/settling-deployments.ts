import type { Handlers } from '../handlers.ts';
import type { Journal } from '../journal/journal.ts';
import { recordKnownEnds } from './record-outcome.ts';

/** The read of a service's deployments, which settles the journal's open entries that it tells the end of. */
export function settlingDeployments(
  reads: Pick<Handlers, 'services.deployments'>,
  journal: Journal,
): Pick<Handlers, 'services.deployments'> {
  return {
    async 'services.deployments'(service, context) {
      const deployments = await reads['services.deployments'](service, context);
      recordKnownEnds(journal, deployments);
      return deployments;
    },
  };
}
