import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { Journal } from '../../journal/journal.ts';
import type { Handlers } from '../../ports/handlers.ts';
import type { KnownCauses } from '../../revisions/history/known-causes.ts';
import { recordKnownEnds, unsettled } from './record-outcome.ts';

/**
 * The read of a service's deployments, which settles the journal's open entries that it tells the end of, with the
 * cause where it is known or its tasks still tell.
 */
export function settlingDeployments(
  reads: Pick<Handlers, 'services.deployments' | 'services.tasks'>,
  journal: Journal,
  causes: KnownCauses,
): Pick<Handlers, 'services.deployments'> {
  return {
    async 'services.deployments'(service, context) {
      const deployments = await reads['services.deployments'](service, context);
      const open: readonly Deployment[] = unsettled(journal, deployments);
      if (open.length === 0) return deployments;
      const { signal } = context;
      const readTasks = () => reads['services.tasks'](service, { signal, emit: () => undefined });
      recordKnownEnds(journal, open, await causes.of(service, open, readTasks));
      return deployments;
    },
  };
}
