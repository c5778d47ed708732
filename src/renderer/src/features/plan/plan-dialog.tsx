import { useState } from 'react';
import type { Release } from '../../../../shared/model/plan.ts';
import { GuardedDrawer } from './guarded-drawer.tsx';
import { PlanLoader, type PlanSource } from './plan-loader.tsx';

interface PlanDialogProps {
  readonly title: string;
  readonly loadPlan: PlanSource;
  readonly opened: boolean;
  readonly onClose: () => void;
  /** Told the id of the plan when it is sent, before AWS has answered. */
  readonly onSending?: ((plan: string) => void) | undefined;
  readonly onStarted: (release: Release) => void;
}

/** A dialog that makes a plan, shows it and carries it out: for Scale, Roll back and the like. */
export function PlanDialog({ title, loadPlan, opened, onClose, onSending, onStarted }: PlanDialogProps) {
  const [busy, setBusy] = useState<string>();
  return (
    <GuardedDrawer title={title} opened={opened} busy={busy} onClose={onClose}>
      <PlanLoader
        source={loadPlan}
        onCancel={onClose}
        onBusyChange={setBusy}
        onSending={onSending}
        onExecuted={(release) => {
          onStarted(release);
          onClose();
        }}
      />
    </GuardedDrawer>
  );
}
