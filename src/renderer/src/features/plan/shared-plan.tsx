import type { Input } from '../../../../shared/contract.ts';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import type { Plan } from '../../../../shared/model/plan.ts';
import type { SharedPlan } from '../../../../shared/model/shared-plan.ts';
import { formatInstant } from '../../lib/format.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import { useScrolledIntoView } from '../../lib/use-scrolled-into-view.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PlanSection } from '../../ui/plan-section.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import type { PlanInput } from './plan-input.ts';
import { PLAN_TEXT } from './plan-text.ts';
import styles from './plan-view.module.css';

/** The input of releases.share. */
export function sharedInput(
  { id }: Plan,
  { why, link, commit }: PlanInput,
  overrides: ReadonlySet<string>,
): Immutable<Input<'releases.share'>> {
  const texts = Object.entries({ why, link, commit })
    .map(([name, text]) => [name, text.trim()] as const)
    .filter(([, text]) => text !== '');
  return {
    plan: id,
    ...Object.fromEntries(texts),
    ...(overrides.size === 0 ? {} : { overrides: [...overrides] }),
  };
}

/** The reason of the person who planned it. */
export function reasonOf({ why = '', link = '' }: SharedPlan): Pick<PlanInput, 'why' | 'link'> {
  return { why, link };
}

/** Who planned a shared plan, on which machine and why. */
export function PlannedBy({ shared }: { readonly shared: SharedPlan }) {
  const { plannedBy, host, at, why, link } = shared;
  const who = plannedBy.split('/').at(-1) ?? plannedBy;
  return (
    <PlanSection title={PLAN_TEXT.reason}>
      <p className={styles.cost} title={plannedBy}>
        {PLAN_TEXT.plannedBy(who, host)} <RelativeTime at={at} />
      </p>
      {[why, link].map((text) =>
        text === undefined ? null : (
          <p key={text} className={styles.cost}>
            {text}
          </p>
        ),
      )}
    </PlanSection>
  );
}

/** Says that a plan was shared, and how another person executes it. */
export function Waits({ shared }: { readonly shared: SharedPlan }) {
  const zone = useTimeZone();
  const place = useScrolledIntoView();
  return (
    <PlanSection>
      <div ref={place} role="status">
        <p className={styles.cost}>
          {PLAN_TEXT.waits} {formatInstant(shared.expiresAt, zone)}.
        </p>
        <p className={styles.cost}>{PLAN_TEXT.howToExecute(shared.id, shared.service.cluster)}</p>
      </div>
    </PlanSection>
  );
}

/** Why a plan could not be shared. */
export function NotShared({ error }: { readonly error: SlipwayError }) {
  const place = useScrolledIntoView();
  return (
    <div ref={place} className={styles.part}>
      <ErrorNotice error={error} />
    </div>
  );
}
