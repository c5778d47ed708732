import { useState } from 'react';
import type { Change } from '../../../../shared/model/change.ts';
import type { Release } from '../../../../shared/model/plan.ts';
import type { ServiceDetail, ServiceRef } from '../../../../shared/model/service.ts';
import { GuardedDrawer } from '../plan/guarded-drawer.tsx';
import { PlanLoader } from '../plan/plan-loader.tsx';
import { type DeployInput, forgetDraft, restoreDraft, saveDraft, sendDraft } from './deploy-draft.ts';
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
  const [isChanged, setChanged] = useState(false);
  return (
    <GuardedDrawer
      title={DEPLOY_TEXT.title(service.service)}
      opened={opened}
      busy={busy}
      draft={isChanged && start === undefined ? { discard: () => forgetDraft(service) } : undefined}
      onClose={onClose}
    >
      {(close) => (
        <DeploySteps
          service={service}
          detail={detail}
          start={start}
          onBusyChange={setBusy}
          onChanged={setChanged}
          onCancel={close}
          onStarted={(release) => {
            forgetDraft(service);
            onStarted(release);
            onClose();
          }}
        />
      )}
    </GuardedDrawer>
  );
}

interface DeployStepsProps {
  readonly service: ServiceRef;
  readonly detail: ServiceDetail;
  readonly start: DeployStart | undefined;
  readonly onBusyChange: (busy: string | undefined) => void;
  readonly onChanged: (isChanged: boolean) => void;
  readonly onCancel: () => void;
  readonly onStarted: (release: Release) => void;
}

function DeploySteps(props: DeployStepsProps) {
  const { service, detail, start, onBusyChange, onChanged, onCancel, onStarted } = props;
  const [change, setChange] = useState<Change>();
  const [draft, setDraft] = useState(() =>
    start === undefined ? restoreDraft(service, detail, Date.now()) : undefined,
  );
  const { account, region, cluster, service: name } = service;
  const keepDraft = (input: DeployInput, isChanged: boolean): void => {
    onChanged(isChanged);
    if (start !== undefined) return;
    if (isChanged) saveDraft(service, input, detail.revision);
    else forgetDraft(service);
  };
  return (
    <>
      {/* Kept while the plan is read, so that Back finds every choice. Discarding a draft starts a new form. */}
      <DeployForm
        key={draft === undefined ? 'new' : 'restored'}
        hidden={change !== undefined}
        service={{ account, region, cluster, service: name }}
        start={start}
        draft={draft}
        detail={detail}
        onBusyChange={onBusyChange}
        onInput={keepDraft}
        onDiscardDraft={() => setDraft(undefined)}
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
          onSending={start === undefined ? (plan) => sendDraft(service, plan) : undefined}
          onExecuted={onStarted}
        />
      )}
    </>
  );
}
