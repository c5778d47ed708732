import type { Release } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { PlanDialog } from '../plan/plan-dialog.tsx';

interface RollbackDialogProps {
  readonly service: ServiceRef;
  /** The ARN of the service deployment to go back to; the last release that worked where it is left out. */
  readonly to?: string | undefined;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onStarted: (release: Release) => void;
}

/** Goes back to a release that worked: the difference and the checks first, Cancel preselected. */
export function RollbackDialog({ service, to, opened, onClose, onStarted }: RollbackDialogProps) {
  return (
    <PlanDialog
      title={`Roll back ${service.service}`}
      loadPlan={{
        method: 'releases.planRollback',
        input: { service: serviceRef(service), ...(to === undefined ? {} : { to }) },
      }}
      opened={opened}
      onClose={onClose}
      onStarted={onStarted}
    />
  );
}

/** Only the members that the contract takes: callers may pass a whole ServiceDetail. */
function serviceRef({ account, region, cluster, service }: ServiceRef): ServiceRef {
  return { account, region, cluster, service };
}
