import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Client } from '../../../../shared/client.ts';
import type { Input } from '../../../../shared/contract.ts';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import type { Release } from '../../../../shared/model/plan.ts';
import { useEngine } from '../../lib/engine.ts';
import { isUnreadableName } from '../../lib/not-there.ts';
import { engineQuery } from '../../lib/queries.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import styles from './plan-loader.module.css';
import { PLAN_TEXT } from './plan-text.ts';
import { PlanView } from './plan-view.tsx';

type PlanMethod = 'releases.plan' | 'releases.planRollback' | 'releases.planRevision';

/** What to ask the engine for a plan. */
export type PlanSource = {
  [N in PlanMethod]: {
    readonly method: N;
    readonly input: Immutable<Input<N>>;
  };
}[PlanMethod];

interface PlanLoaderProps {
  readonly source: PlanSource;
  readonly onExecuted: (release: Release) => void;
  readonly onCancel: () => void;
  readonly cancelWord?: string;
  readonly onSending?: ((plan: string) => void) | undefined;
  readonly onBusyChange: (busy: string | undefined) => void;
  /** Each new number gives the plan the focus; 0 leaves the focus where somebody still chooses. */
  readonly focus?: number;
  /** The actions below while there is no plan. */
  readonly foot?: ReactNode;
}

/** Makes a plan and shows it. The plan does not change while somebody reads it. */
export function PlanLoader({ source, foot, ...view }: PlanLoaderProps) {
  const client = useEngine();
  const plan = useQuery({ ...planQuery(client, source), staleTime: Number.POSITIVE_INFINITY, gcTime: 0 });
  const again = (): void => void plan.refetch();

  if (plan.isFetching) {
    return (
      <>
        <PlanLoading />
        {foot}
      </>
    );
  }
  if (plan.isError) {
    return (
      <>
        <div className={styles.state}>
          <NoPlan source={source} error={plan.error} onRetry={again} />
        </div>
        {foot}
      </>
    );
  }
  if (plan.data === undefined) return null;
  return <PlanView key={plan.data.id} plan={plan.data} onPlanAgain={again} {...view} />;
}

interface NoPlanProps {
  readonly source: PlanSource;
  readonly error: SlipwayError;
  readonly onRetry: () => void;
}

/** Why there is no plan. An address can name a release to go back to that no release has ever been. */
function NoPlan({ source, error, onRetry }: NoPlanProps) {
  const to = source.method === 'releases.planRollback' ? source.input.to : undefined;
  if (to !== undefined && isUnreadableName(error) && error.detail.field === 'to')
    return <EmptyState title={PLAN_TEXT.noSuchRelease(to)}>{PLAN_TEXT.chooseRelease}</EmptyState>;
  return <ErrorNotice error={error} onRetry={onRetry} />;
}

/** Where a plan will be, while the engine makes it. */
export function PlanLoading() {
  return (
    <div className={styles.state}>
      <p>{PLAN_TEXT.loading}</p>
      <LoadingRows what="the service" rows={6} height={28} />
    </div>
  );
}

function planQuery(client: Client, source: PlanSource) {
  switch (source.method) {
    case 'releases.plan':
      return engineQuery(client, source.method, source.input);
    case 'releases.planRollback':
      return engineQuery(client, source.method, source.input);
    case 'releases.planRevision':
      return engineQuery(client, source.method, source.input);
  }
}
