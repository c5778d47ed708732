import { type ReactNode, useState } from 'react';
import type { Rollout, Stage } from '../../../../shared/model/deployment.ts';
import { useTimeText } from '../../lib/clock.ts';
import { Duration, Elapsed } from '../../ui/duration.tsx';
import { Mono } from '../../ui/mono.tsx';
import styles from './rollout-facts.module.css';
import { breakerLabel, FACT_TEXT, hookLabel, stageLabel, strategyLabel } from './rollout-text.ts';

/** Stage, circuit breaker, elapsed and remaining time, and the previous revision. */
export function RolloutFacts({ rollout }: { readonly rollout: Rollout }) {
  const { deployment, circuitBreaker, estimatedMsLeft, stage, strategy, alarms, hooks } = rollout;
  const going = deployment.outcome === 'in-progress';
  return (
    <dl className={styles.facts}>
      {strategy !== undefined && <Fact label={FACT_TEXT.strategy}>{strategyLabel(strategy)}</Fact>}
      {going && deployment.stage !== undefined && (
        <Fact label={FACT_TEXT.stage}>
          {stage === undefined ? stageLabel(deployment.stage) : <StageClock stage={stage} />}
        </Fact>
      )}
      {alarms?.map(({ name, state, triggered }) => (
        <Fact key={name} label={FACT_TEXT.alarm}>
          <span className={triggered || state === 'ALARM' ? styles.alarm : undefined}>
            {name}: {state}
          </span>
        </Fact>
      ))}
      {hooks
        ?.filter(({ waits }) => !waits)
        .map((hook) => (
          <Fact key={hook.id} label={FACT_TEXT.hook}>
            {hookLabel(hook)}
          </Fact>
        ))}
      {circuitBreaker && <Fact label={FACT_TEXT.circuitBreaker}>{breakerLabel(circuitBreaker)}</Fact>}
      <Fact label={FACT_TEXT.elapsed}>
        <Taken rollout={rollout} />
      </Fact>
      {going && estimatedMsLeft !== undefined && (
        <Fact label={FACT_TEXT.remaining}>
          {estimatedMsLeft === 0 ? FACT_TEXT.overdue : <About key={estimatedMsLeft} ms={estimatedMsLeft} />}
        </Fact>
      )}
      {deployment.previousRevision !== undefined && (
        <Fact label={FACT_TEXT.previous}>
          <Mono>{deployment.previousRevision}</Mono>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Counts down by itself: the engine sends the estimate again only when something else has changed. */
function About({ ms }: { readonly ms: number }) {
  const [until] = useState(() => Date.now() + ms);
  const text = useTimeText((now) => (until > now ? FACT_TEXT.about(until - now) : FACT_TEXT.overdue));
  return <span>{text}</span>;
}

function Taken({ rollout }: { readonly rollout: Rollout }) {
  const { durationMs, startedAt, createdAt, outcome } = rollout.deployment;
  if (durationMs !== undefined) return <Duration ms={durationMs} />;
  const since = startedAt ?? createdAt;
  if (outcome !== 'in-progress' || since === undefined) return FACT_TEXT.unknown;
  return <Elapsed since={since} />;
}

/** The stage of a deployment, with the bake time that is left of it, counting down. */
function StageClock({ stage }: { readonly stage: Stage }) {
  const { name, until } = stage;
  return (
    <>
      {stageLabel(name)}
      {until !== undefined && <TimeLeft until={until} />}
    </>
  );
}

function TimeLeft({ until }: { readonly until: string }) {
  const text = useTimeText((now) => {
    return FACT_TEXT.left(Date.parse(until) - now);
  });
  return <span>{text}</span>;
}
