import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { FleetPlan, PlannedMember } from '../../../../shared/model/fleet.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { ConfirmByTyping } from '../../ui/confirm-by-typing.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mark } from '../../ui/mark.tsx';
import { CHECK_MARKS } from '../plan/check-marks.ts';
import { checkCounts, checksByUrgency } from '../plan/check-order.ts';
import { PlanChanges } from '../plan/plan-changes.tsx';
import styles from './fleet.module.css';
import type { FleetWish } from './fleet-page.tsx';
import { blockedFirst, changeCount, isBlocked } from './fleet-words.ts';

interface FleetPlanCardProps {
  readonly wish: FleetWish;
  readonly onWish: (wish: FleetWish) => void;
  readonly onBack: () => void;
  /** Told the fleet that has begun. */
  readonly onStarted: (fleet: string) => void;
}

/** The plan for all services, each folded, and what starts it. */
export function FleetPlanCard({ wish, onWish, onBack, onStarted }: FleetPlanCardProps) {
  const plan = useEngineQuery('fleet.plan', wish, { staleMs: Number.POSITIVE_INFINITY });
  if (plan.isPending) {
    return (
      <Card title="Planning" aside={<Button onClick={onBack}>Back</Button>}>
        <LoadingRows what="the plans" rows={wish.services.length} height={34} />
      </Card>
    );
  }
  if (plan.isError) {
    return (
      <>
        <ErrorNotice error={plan.error} onRetry={() => void plan.refetch()} />
        <Button onClick={onBack}>Back</Button>
      </>
    );
  }
  const blocked = plan.data.waves.flat().filter(isBlocked);
  const others = wish.services.filter((each) => !blocked.some((one) => isSame(one, each)));
  return (
    <Card title={plan.data.title} aside={<Button onClick={onBack}>Back</Button>}>
      {plan.data.waves.map((wave, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a wave is its place in the order
        <section key={index} className={styles.wave} aria-label={`Wave ${index + 1}`}>
          <h3>Wave {index + 1}</h3>
          {blockedFirst(wave).map((member) => (
            <PlannedRow key={`${member.cluster}/${member.service}`} member={member} />
          ))}
        </section>
      ))}
      <CardBody>
        {blocked.length === 0 ? (
          <FleetStart key={plan.data.id} plan={plan.data} onStarted={onStarted} />
        ) : (
          <div className={styles.line}>
            <span className={styles.note}>
              {blocked.length} of {wish.services.length} services cannot be deployed as they are.
            </span>
            <Button
              className={styles.end}
              disabled={others.length === 0}
              onClick={() => onWish({ ...wish, services: others })}
            >
              Leave them out and plan again
            </Button>
          </div>
        )}
      </CardBody>
    </Card>
  );
}

function PlannedRow({ member }: { readonly member: PlannedMember }) {
  const { cluster, service, plan, problem } = member;
  return (
    <details className={styles.planned}>
      <summary>
        <Mark kind={isBlocked(member) ? 'failed' : 'ok'} label={isBlocked(member) ? 'Cannot go' : 'Can go'} />
        <span>
          {cluster} / <b>{service}</b>
        </span>
        <span className={styles.counts}>
          {plan ? `${changeCount(plan)}; ${checkCounts(plan.checks)}` : 'no plan'}
        </span>
      </summary>
      {problem !== undefined && <p className={styles.problem}>{problem}</p>}
      {plan && (
        <>
          <PlanChanges plan={plan} />
          <ul className={styles.checks}>
            {checksByUrgency(plan.checks).map(({ rule, result, message, advice }) => (
              <li key={`${rule} ${message}`}>
                <Mark {...CHECK_MARKS[result]} />
                <span>
                  {message}
                  {advice !== undefined && <small> {advice}</small>}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </details>
  );
}

interface FleetStartProps {
  readonly plan: FleetPlan;
  readonly onStarted: (fleet: string) => void;
}

function FleetStart({ plan, onStarted }: FleetStartProps) {
  const [why, setWhy] = useState('');
  const [typed, setTyped] = useState('');
  const start = useEngineChange('fleet.execute');
  const { id, confirmation } = plan;
  const isConfirmed = confirmation === undefined || typed === confirmation;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isConfirmed || start.isPending) return;
    const words = {
      ...(why.trim() === '' ? {} : { why: why.trim() }),
      ...(confirmation === undefined ? {} : { confirmation: typed }),
    };
    start.mutate({ plan: id, ...words }, { onSuccess: ({ fleet }) => onStarted(fleet) });
  };

  return (
    <form className={styles.line} onSubmit={submit}>
      {start.isError && <ErrorNotice error={start.error} />}
      <TextInput
        label="Why"
        placeholder="A ticket or a sentence"
        maxLength={500}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
        w={320}
      />
      {confirmation !== undefined && (
        <ConfirmByTyping
          expected={confirmation}
          purpose="to deploy to all of them"
          value={typed}
          onChange={setTyped}
        />
      )}
      <Button
        className={styles.end}
        type="submit"
        variant="filled"
        disabled={!isConfirmed}
        loading={start.isPending}
      >
        {plan.title}
      </Button>
    </form>
  );
}

function isSame(
  one: Pick<PlannedMember, 'cluster' | 'service'>,
  other: Pick<PlannedMember, 'cluster' | 'service'>,
): boolean {
  return one.cluster === other.cluster && one.service === other.service;
}
