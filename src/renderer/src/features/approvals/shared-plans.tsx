import { Button, Group, Modal, Stack } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import type { Release } from '../../../../shared/model/plan.ts';
import type { SharedPlan } from '../../../../shared/model/shared-plan.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mark } from '../../ui/mark.tsx';
import { PlanSection } from '../../ui/plan-section.tsx';
import styles from '../../ui/window-notice.module.css';
import { GuardedDrawer } from '../plan/guarded-drawer.tsx';
import { PlanView } from '../plan/plan-view.tsx';
import { SHARED_TEXT } from './approvals-text.ts';

/** The longest time until a plan that another person shares is shown. */
const POLL_MS = 20_000;

/** Lists the plans of a cluster that wait in the ledger for a second person, and opens one. */
export function SharedPlans({ cluster }: { readonly cluster: ClusterRef }) {
  const plans = useEngineQuery('releases.shared', cluster, { pollMs: POLL_MS });
  const [opened, setOpened] = useState<SharedPlan>();
  const [busy, setBusy] = useState<string>();
  const navigate = useNavigate();
  const waiting = plans.data ?? [];
  const close = (): void => {
    setOpened(undefined);
    void plans.refetch();
  };
  const onExecuted = ({ service, deploymentArn }: Release): void => {
    close();
    void navigate({
      to: '/a/$account/$region/c/$cluster/s/$service',
      params: service,
      // Also of one that has ended before the page is there.
      search: deploymentArn === undefined ? {} : { deployment: deploymentArn },
    });
  };
  return (
    <>
      {waiting.length === 0 ? null : (
        <div className={styles.notice}>
          <Mark kind="warning" />
          <span role="status">{SHARED_TEXT.waits(waiting.length)}</span>
          {waiting.slice(0, MOST_SHOWN).map((plan) => (
            <Button
              key={plan.id}
              size="compact-xs"
              title={plan.title}
              classNames={{ label: styles.label ?? '' }}
              onClick={() => setOpened(plan)}
            >
              {SHARED_TEXT.review(plan)}
            </Button>
          ))}
          {waiting.length > MOST_SHOWN && <span>{SHARED_TEXT.more(waiting.length - MOST_SHOWN)}</span>}
        </div>
      )}
      <GuardedDrawer title={SHARED_TEXT.title} opened={opened !== undefined} busy={busy} onClose={close}>
        {opened === undefined ? null : (
          <OpenedPlan
            key={opened.id}
            shared={opened}
            onExecuted={onExecuted}
            onWithdrawn={close}
            onCancel={close}
            onBusyChange={setBusy}
          />
        )}
      </GuardedDrawer>
    </>
  );
}

const MOST_SHOWN = 3;

interface OpenedPlanProps {
  readonly shared: SharedPlan;
  readonly onExecuted: (release: Release) => void;
  readonly onWithdrawn: () => void;
  readonly onCancel: () => void;
  readonly onBusyChange: (busy: string | undefined) => void;
}

/** The plan made again on this machine, or what has changed since it was shared. */
function OpenedPlan({ shared, onWithdrawn, ...view }: OpenedPlanProps) {
  const { id, service } = shared;
  const { account, region, cluster } = service;
  const input = { account, region, cluster, plan: id };
  const made = useEngineQuery('releases.openShared', input, { staleMs: Number.POSITIVE_INFINITY });
  const again = (): void => void made.refetch();
  if (made.isFetching) return <LoadingRows what={SHARED_TEXT.loading} rows={6} height={28} />;
  if (made.isError) return <ErrorNotice error={made.error} onRetry={again} />;
  const { plan, differences } = made.data ?? { differences: [] };
  if (plan !== undefined) {
    return (
      <>
        <WithdrawPlan shared={shared} onWithdrawn={onWithdrawn} />
        <PlanView key={plan.id} plan={plan} shared={shared} onPlanAgain={again} {...view} />
      </>
    );
  }
  return (
    <PlanSection title={shared.title}>
      <div role="alert">
        <p>{SHARED_TEXT.different}</p>
        <ul>
          {differences.map((difference) => (
            <li key={difference}>{difference}</li>
          ))}
        </ul>
        <p>{SHARED_TEXT.askAgain}</p>
      </div>
      <WithdrawPlan shared={shared} onWithdrawn={onWithdrawn} />
    </PlanSection>
  );
}

interface WithdrawPlanProps {
  readonly shared: SharedPlan;
  readonly onWithdrawn: () => void;
}

/** Takes a plan back that nobody has executed, once it is confirmed. */
function WithdrawPlan({ shared: { id, title, service }, onWithdrawn }: WithdrawPlanProps) {
  const [isAsking, setAsking] = useState(false);
  const withdraw = useEngineChange('releases.withdrawShared');
  const { account, region, cluster } = service;
  return (
    <Group justify="flex-end" p="8px 14px 0">
      <Button variant="subtle" size="compact-sm" onClick={() => setAsking(true)}>
        {SHARED_TEXT.withdraw}
      </Button>
      <Modal opened={isAsking} onClose={() => setAsking(false)} title={SHARED_TEXT.withdrawTitle} size="sm">
        <Stack gap="sm">
          <b>{title}</b>
          <span>{SHARED_TEXT.withdrawEffect}</span>
          {withdraw.error === null ? null : <ErrorNotice error={withdraw.error} />}
          <Group justify="flex-end" gap="xs">
            <Button onClick={() => setAsking(false)}>{SHARED_TEXT.keep}</Button>
            <Button
              variant="filled"
              loading={withdraw.isPending}
              onClick={() =>
                withdraw.mutate({ account, region, cluster, plan: id }, { onSuccess: onWithdrawn })
              }
            >
              {SHARED_TEXT.withdrawNow}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Group>
  );
}
