import { Button } from '@mantine/core';
import { useState } from 'react';
import type { FleetPlan, PlannedMember } from '../../../../shared/model/fleet.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { toggled } from '../plan/overrides.ts';
import styles from './fleet.module.css';
import type { FleetRequest } from './fleet-draft.ts';
import { isSame, serviceLabel, wavesWithout } from './fleet-draft.ts';
import { ruleLabel, waveTitle } from './fleet-labels.ts';
import { isBlocked, NO_OVERRIDES, type Overrides, overridesFor } from './fleet-overrides.ts';
import { FleetStart } from './fleet-start.tsx';
import { PlannedRow } from './planned-row.tsx';

interface FleetPlanCardProps {
  readonly request: FleetRequest;
  readonly onRequest: (request: FleetRequest) => void;
  readonly onBack: () => void;
  /** Told the fleet that has begun. */
  readonly onStarted: (fleet: string) => void;
}

/** The plan for all services, each folded, and what starts it. */
export function FleetPlanCard({ request, onRequest, onBack, onStarted }: FleetPlanCardProps) {
  const plan = useEngineQuery('fleet.plan', request, { staleMs: Number.POSITIVE_INFINITY });
  if (plan.isPending) {
    return (
      <Card title="Checking services" aside={<Button onClick={onBack}>Back</Button>}>
        <LoadingRows what="changes" rows={request.services.length} height={34} />
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
  return (
    <Planned
      key={plan.data.id}
      plan={plan.data}
      request={request}
      onRequest={onRequest}
      onBack={onBack}
      onStarted={onStarted}
    />
  );
}

function Planned({
  plan,
  request,
  onRequest,
  onBack,
  onStarted,
}: FleetPlanCardProps & { readonly plan: FleetPlan }) {
  const [overrides, setOverrides] = useState<Overrides>(NO_OVERRIDES);
  const blocked = plan.waves.flat().filter((member) => isBlocked(member, overrides));
  const others = request.services.filter((each) => !blocked.some((one) => isSame(one, each)));
  const leaveOut = (): void =>
    onRequest({ ...request, services: others, waves: wavesWithout(request.waves, others) });
  return (
    <Card title={plan.title} aside={<Button onClick={onBack}>Back</Button>}>
      <CardBody>
        <p className={styles.standing}>{ruleLabel(plan)}</p>
      </CardBody>
      {plan.waves.map((wave, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a wave is its place in the order
        <section key={index} className={styles.wave} aria-label={waveTitle(index, wave.length)}>
          <h3>{waveTitle(index, wave.length)}</h3>
          {failedFirst(wave).map((member) => (
            <PlannedRow
              key={serviceLabel(member)}
              member={member}
              overrides={overridesFor(overrides, member)}
              onToggle={(check) =>
                setOverrides(
                  new Map(overrides).set(
                    serviceLabel(member),
                    toggled(overridesFor(overrides, member), check),
                  ),
                )
              }
            />
          ))}
        </section>
      ))}
      <CardBody>
        {blocked.length === 0 ? (
          <FleetStart plan={plan} overrides={overrides} onStarted={onStarted} />
        ) : (
          <div className={styles.line}>
            <span className={styles.note} role="status">
              {blocked.length} of {request.services.length} services can't be deployed. Fix the failed checks,
              override them, or remove the services.
            </span>
            <Button className={styles.end} disabled={others.length === 0} onClick={leaveOut}>
              {blocked.length === 1 ? 'Remove it' : 'Remove them'} and refresh
            </Button>
          </div>
        )}
      </CardBody>
    </Card>
  );
}

/** In the order of the wave otherwise; ticking that one goes ahead anyway moves nothing. */
function failedFirst(wave: readonly PlannedMember[]): readonly PlannedMember[] {
  const hasFailed = ({ plan }: PlannedMember): number => Number(plan?.canExecute !== true);
  return wave.toSorted((one, other) => hasFailed(other) - hasFailed(one));
}
