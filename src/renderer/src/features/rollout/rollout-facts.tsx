import { type ReactNode, useState } from 'react';
import type { LifecycleHook, Rollout, Stage } from '../../../../shared/model/deployment.ts';
import { useTimeText } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/format.ts';
import { Duration, Elapsed } from '../../ui/duration.tsx';
import { Mono } from '../../ui/mono.tsx';
import styles from './rollout-facts.module.css';

/** Stage, circuit breaker, time taken and left, and what it started from. */
export function RolloutFacts({ rollout }: { readonly rollout: Rollout }) {
  const { deployment, circuitBreaker, estimatedMsLeft, stage, strategy, alarms, hooks } = rollout;
  const going = deployment.outcome === 'in-progress';
  return (
    <dl className={styles.facts}>
      {strategy !== undefined && <Fact label="Strategy">{strategyLabel(strategy)}</Fact>}
      {going && deployment.stage !== undefined && (
        <Fact label="Stage">
          {stage === undefined ? stageLabel(deployment.stage) : <StageClock stage={stage} />}
        </Fact>
      )}
      {alarms?.map(({ name, state, triggered }) => (
        <Fact key={name} label="Alarm">
          <span className={triggered || state === 'ALARM' ? styles.alarm : undefined}>
            {name}: {state}
          </span>
        </Fact>
      ))}
      {hooks
        ?.filter(({ waits }) => !waits)
        .map((hook) => (
          <Fact key={hook.id} label="Hook">
            {hookLabel(hook)}
          </Fact>
        ))}
      {circuitBreaker && <Fact label="Circuit breaker">{breakerLabel(circuitBreaker)}</Fact>}
      <Fact label="Elapsed">
        <Taken rollout={rollout} />
      </Fact>
      {going && estimatedMsLeft !== undefined && (
        <Fact label="Remaining">
          {estimatedMsLeft === 0 ? (
            'taking longer than usual'
          ) : (
            <About key={estimatedMsLeft} ms={estimatedMsLeft} />
          )}
        </Fact>
      )}
      {deployment.previousRevision !== undefined && (
        <Fact label="Previous revision">
          <Mono>{deployment.previousRevision}</Mono>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** It counts down by itself: the engine sends it again only when something else has changed. */
function About({ ms }: { readonly ms: number }) {
  const [until] = useState(() => Date.now() + ms);
  const text = useTimeText((now) =>
    until > now ? `about ${formatDuration(until - now)}` : 'taking longer than usual',
  );
  return <span>{text}</span>;
}

/** `smoke-test: IN_PROGRESS`, in ECS's own word for how it stands. */
function hookLabel({ functionName, target, status }: LifecycleHook): string {
  return `${functionName ?? target.toLowerCase()}: ${status.toLowerCase().replaceAll('_', ' ')}`;
}

function Taken({ rollout }: { readonly rollout: Rollout }) {
  const { durationMs, startedAt, createdAt, outcome } = rollout.deployment;
  if (durationMs !== undefined) return <Duration ms={durationMs} />;
  const since = startedAt ?? createdAt;
  if (outcome !== 'in-progress' || since === undefined) return 'unknown';
  return <Elapsed since={since} />;
}

/** The label of an ECS strategy; an unknown one as it is. */
function strategyLabel(strategy: string): string {
  const labels: Readonly<Record<string, string>> = {
    ROLLING: 'Rolling',
    BLUE_GREEN: 'Blue/green',
    LINEAR: 'Linear',
    CANARY: 'Canary',
    TASK_SETS: 'Task sets',
  };
  return labels[strategy] ?? strategy;
}

function breakerLabel({ status, failures, threshold }: NonNullable<Rollout['circuitBreaker']>): string {
  if (status === 'DISABLED') return 'Off';
  const count = `${failures} of ${threshold} failures`;
  return status === 'TRIGGERED' ? `${count}, triggered` : count;
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
    const left = Date.parse(until) - now;
    return left > 0 ? `, ${formatDuration(left)} remaining` : ', ending soon';
  });
  return <span>{text}</span>;
}

/** ECS's word for a lifecycle stage as people read it: `SCALE_UP` is `scale up`. */
function stageLabel(stage: string): string {
  return stage.toLowerCase().replaceAll('_', ' ');
}
