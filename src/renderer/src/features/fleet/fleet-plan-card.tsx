import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import type { FleetPlan, PlannedMember } from '../../../../shared/model/fleet.ts';
import { overrideOf } from '../../../../shared/model/plan.ts';
import { checkCounts, checksByUrgency } from '../../lib/check-order.ts';
import { mayGoAhead, toggled } from '../../lib/overrides.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { CHECK_MARKS } from '../../ui/check-marks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mark, type MarkKind } from '../../ui/mark.tsx';
import { PlanChanges } from '../plan/plan-changes.tsx';
import styles from './fleet.module.css';
import { type FleetRequest, isSame, serviceLabel, wavesWithout } from './fleet-draft.ts';
import { isBlocked, NO_OVERRIDES, type Overrides, overridesFor } from './fleet-overrides.ts';
import { FleetStart } from './fleet-start.tsx';
import { changeCount, FLEET_TEXT, ruleLabel, waveTitle } from './fleet-text.ts';
import type { FleetReason } from './use-fleet-draft.ts';

interface FleetPlanCardProps {
  readonly request: FleetRequest;
  readonly reason: FleetReason;
  readonly onReason: (reason: FleetReason) => void;
  readonly onRequest: (request: FleetRequest) => void;
  readonly onBack: () => void;
  /** Told the fleet that has begun. */
  readonly onStarted: (fleet: string) => void;
}

/** The plan for all services, each folded, and what starts it. */
export function FleetPlanCard(props: FleetPlanCardProps) {
  const { request, onBack } = props;
  const plan = useEngineQuery('fleet.plan', request, { staleMs: Number.POSITIVE_INFINITY });
  if (plan.isPending) {
    return (
      <Card title={FLEET_TEXT.checking} aside={<Button onClick={onBack}>{FLEET_TEXT.back}</Button>}>
        <LoadingRows what="changes" rows={request.services.length} height={34} />
      </Card>
    );
  }
  if (plan.isError) {
    return (
      <>
        <ErrorNotice error={plan.error} onRetry={() => void plan.refetch()} />
        <Button onClick={onBack}>{FLEET_TEXT.back}</Button>
      </>
    );
  }
  const keepOnly = (kept: readonly PlannedMember[]): void => {
    const services = request.services.filter((each) => kept.some((one) => isSame(one, each)));
    props.onRequest({ ...request, services, waves: wavesWithout(request.waves, services) });
  };
  return <PlannedFleet key={plan.data.id} plan={plan.data} {...props} onKeep={keepOnly} />;
}

interface PlannedFleetProps extends Pick<FleetPlanCardProps, 'reason' | 'onReason' | 'onBack' | 'onStarted'> {
  readonly plan: FleetPlan;
  /** Asked to plan these services only. */
  readonly onKeep: (services: readonly PlannedMember[]) => void;
}

/** A plan that was made, and what starts it. */
export function PlannedFleet({ plan, reason, onReason, onBack, onStarted, onKeep }: PlannedFleetProps) {
  const [overrides, setOverrides] = useState<Overrides>(NO_OVERRIDES);
  const members = plan.waves.flat();
  const blocked = members.filter((member) => isBlocked(member, overrides));
  const others = members.filter((each) => !blocked.includes(each));
  return (
    <Card title={plan.title} aside={<Button onClick={onBack}>{FLEET_TEXT.back}</Button>}>
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
          <FleetStart
            plan={plan}
            overrides={overrides}
            reason={reason}
            onReason={onReason}
            onStarted={onStarted}
          />
        ) : (
          <div className={styles.line}>
            <span className={styles.note} role="status">
              {FLEET_TEXT.blockedServices(blocked.length, members.length)}
            </span>
            <Button className={styles.end} disabled={others.length === 0} onClick={() => onKeep(others)}>
              {FLEET_TEXT.remove(blocked.length)}
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

interface PlannedRowProps {
  readonly member: PlannedMember;
  /** The failed checks to go ahead with. */
  readonly overrides: ReadonlySet<string>;
  readonly onToggle: (override: string) => void;
}

/** A service of a plan: what changes and its checks, unfolded from the start when one of them has failed. */
function PlannedRow({ member, overrides, onToggle }: PlannedRowProps) {
  const { cluster, service, plan, problem } = member;
  return (
    <details className={styles.planned} open={plan?.canExecute !== true}>
      <summary>
        <Mark {...readiness(plan, overrides)} />
        <span>
          {cluster} / <b>{service}</b>
        </span>
        <span className={styles.counts}>
          {plan ? `${changeCount(plan)}; ${checkCounts(plan.checks)}` : FLEET_TEXT.notAvailable}
        </span>
      </summary>
      {problem !== undefined && <p className={styles.problem}>{problem}</p>}
      {plan && (
        <>
          <PlanChanges plan={plan} />
          <ul className={styles.checks}>
            {checksByUrgency(plan.checks).map((check) => (
              <li key={`${check.rule} ${check.message}`}>
                <Mark {...CHECK_MARKS[check.result]} />
                <span>
                  {check.message}
                  {check.advice !== undefined && <small> {check.advice}</small>}
                  {check.result === 'fail' && check.overridable === true && (
                    <Checkbox
                      mt={4}
                      size="xs"
                      label={FLEET_TEXT.override}
                      aria-label={FLEET_TEXT.overrideOf(`${cluster} / ${service}`, check.message)}
                      checked={overrides.has(overrideOf(check))}
                      onChange={() => onToggle(overrideOf(check))}
                    />
                  )}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </details>
  );
}

/** Only a service whose checks have all passed is green: a warning is seen without unfolding it. */
function readiness(
  plan: PlannedMember['plan'],
  overrides: ReadonlySet<string>,
): { readonly kind: MarkKind; readonly label: string } {
  if (plan === undefined || !mayGoAhead(plan, overrides))
    return { kind: 'failed', label: FLEET_TEXT.blocked };
  if (overrides.size > 0) return { kind: 'warning', label: FLEET_TEXT.overridden };
  const results = new Set(plan.checks.map(({ result }) => result));
  if (results.has('warn')) return { kind: 'warning', label: FLEET_TEXT.readyWithWarnings };
  if (results.has('unknown')) return { kind: 'idle', label: FLEET_TEXT.readyUnverified };
  return { kind: 'ok', label: FLEET_TEXT.ready };
}
