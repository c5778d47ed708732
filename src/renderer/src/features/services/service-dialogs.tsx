import { useNavigate } from '@tanstack/react-router';
import type { Release } from '../../../../shared/model/plan.ts';
import type { ServiceDetail, ServiceRef } from '../../../../shared/model/service.ts';
import type { ServiceSearch } from '../../lib/search.ts';
import { DeployDialog } from '../deploy/deploy-dialog.tsx';
import { RollbackDialog } from '../rollback/rollback-dialog.tsx';
import { RunTaskDialog } from '../tasks/run-task-dialog.tsx';
import { PromoteDialog, PromotedDeploy } from './promote-dialog.tsx';
import { ScaleDialog } from './scale-dialog.tsx';

interface ServiceDialogsProps {
  readonly service: ServiceRef;
  readonly detail: ServiceDetail;
  readonly search: ServiceSearch;
  /** Told of every change that ECS has accepted. */
  readonly onStarted: (release: Release) => void;
}

/** The dialogs of the service page; the address says which is open. */
export function ServiceDialogs({ service, detail, search, onStarted }: ServiceDialogsProps) {
  const navigate = useNavigate();
  const close = (): void =>
    void navigate({
      to: '/a/$account/$region/c/$cluster/s/$service',
      params: service,
      search: ({ dialog: _dialog, to: _to, promote: _promote, run: _run, ...rest }) => rest,
      replace: true,
    });
  return (
    <>
      {search.promote === undefined ? (
        <DeployDialog
          service={service}
          detail={detail}
          opened={search.dialog === 'deploy'}
          onClose={close}
          onStarted={onStarted}
        />
      ) : (
        <PromotedDeploy
          key={search.promote}
          service={service}
          detail={detail}
          promote={search.promote}
          opened={search.dialog === 'deploy'}
          onClose={close}
          onStarted={onStarted}
        />
      )}
      <PromoteDialog service={service} opened={search.dialog === 'promote'} onClose={close} />
      <RollbackDialog
        service={service}
        to={search.to}
        opened={search.dialog === 'rollback'}
        onClose={close}
        onStarted={onStarted}
      />
      {search.dialog === 'run' ? (
        <RunTaskDialog service={service} revision={search.run ?? detail.revision} opened onClose={close} />
      ) : null}
      <ScaleDialog
        service={service}
        desired={detail.desired}
        range={detail.scaling}
        scaling={detail.isExpress === true ? (detail.express?.scaling ?? {}) : undefined}
        opened={search.dialog === 'scale'}
        onClose={close}
        onStarted={onStarted}
      />
    </>
  );
}
