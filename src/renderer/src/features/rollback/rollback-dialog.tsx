import type { Release } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { PlanDialog } from '../plan/plan-dialog.tsx';
import { ROLLBACK_TEXT } from './rollback-text.ts';

interface RollbackDialogProps {
  readonly service: ServiceRef;
  /** The ARN of the service deployment to roll back to; by default the last successful release. */
  readonly to?: string | undefined;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onStarted: (release: Release) => void;
}

/** Rolls back to a successful release: shows the difference and the checks first, with the focus on Cancel. */
export function RollbackDialog({ service, to, opened, onClose, onStarted }: RollbackDialogProps) {
  return (
    <PlanDialog
      title={ROLLBACK_TEXT.title(service.service)}
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

/** Only the fields that the contract accepts: callers may pass a whole ServiceDetail. */
function serviceRef({ account, region, cluster, service }: ServiceRef): ServiceRef {
  return { account, region, cluster, service };
}
