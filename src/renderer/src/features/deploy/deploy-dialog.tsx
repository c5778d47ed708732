import { useState } from 'react';
import type { Change } from '../../../../shared/model/change.ts';
import type { Release } from '../../../../shared/model/plan.ts';
import type { ServiceDetail, ServiceRef } from '../../../../shared/model/service.ts';
import { GuardedDrawer } from '../plan/guarded-drawer.tsx';
import { PlanLoader } from '../plan/plan-loader.tsx';
import { DeployForm } from './deploy-form.tsx';
import type { DeployStart } from './deploy-start.ts';
import { DEPLOY_TEXT } from './deploy-text.ts';

interface DeployDialogProps {
  readonly service: ServiceRef;
  readonly detail: ServiceDetail;
  readonly opened: boolean;
  /** What it begins with, where it is opened for a purpose. */
  readonly start?: DeployStart | undefined;
  readonly onClose: () => void;
  readonly onStarted: (release: Release) => void;
}

/** Chooses images and settings, shows the plan, and starts the deployment. */
export function DeployDialog({ service, detail, opened, start, onClose, onStarted }: DeployDialogProps) {
  const [busy, setBusy] = useState<string>();
  return (
    <GuardedDrawer title={DEPLOY_TEXT.title(service.service)} opened={opened} busy={busy} onClose={onClose}>
      <DeploySteps
        service={service}
        detail={detail}
        start={start}
        onBusyChange={setBusy}
        onCancel={onClose}
        onStarted={(release) => {
          onStarted(release);
          onClose();
        }}
      />
    </GuardedDrawer>
  );
}

interface DeployStepsProps {
  readonly service: ServiceRef;
  readonly detail: ServiceDetail;
  readonly start: DeployStart | undefined;
  readonly onBusyChange: (busy: string | undefined) => void;
  readonly onCancel: () => void;
  readonly onStarted: (release: Release) => void;
}

function DeploySteps({ service, detail, start, onBusyChange, onCancel, onStarted }: DeployStepsProps) {
  const [change, setChange] = useState<Change>();
  const { account, region, cluster, service: name } = service;
  return (
    <>
      {/* Kept while the plan is read, so that going back finds every choice as it was. */}
      <DeployForm
        hidden={change !== undefined}
        service={{ account, region, cluster, service: name }}
        start={start}
        detail={detail}
        onBusyChange={onBusyChange}
        onCancel={onCancel}
        onPlan={setChange}
      />
      {change && (
        <PlanLoader
          source={{
            method: 'releases.plan',
            input: { service: { account, region, cluster, service: name }, change },
          }}
          cancelWord={DEPLOY_TEXT.back}
          onCancel={() => setChange(undefined)}
          onBusyChange={onBusyChange}
          onExecuted={onStarted}
        />
      )}
    </>
  );
}
