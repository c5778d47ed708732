import type { ReactNode } from 'react';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import { Duration, Elapsed } from '../../ui/duration.tsx';
import { Mono } from '../../ui/mono.tsx';
import styles from './rollout-facts.module.css';

/** Stage, circuit breaker, time taken and left, and what it started from. */
export function RolloutFacts({ rollout }: { readonly rollout: Rollout }) {
  const { deployment, circuitBreaker, estimatedMsLeft } = rollout;
  const going = deployment.outcome === 'in-progress';
  return (
    <dl className={styles.facts}>
      {going && deployment.stage !== undefined && <Fact label="Stage">{stageWords(deployment.stage)}</Fact>}
      {circuitBreaker && <Fact label="Circuit breaker">{breakerWords(circuitBreaker)}</Fact>}
      <Fact label="Taken">
        <Taken rollout={rollout} />
      </Fact>
      {going && estimatedMsLeft !== undefined && (
        <Fact label="Left">
          {estimatedMsLeft === 0 ? 'longer than earlier ones took' : <About ms={estimatedMsLeft} />}
        </Fact>
      )}
      {deployment.previousRevision !== undefined && (
        <Fact label="Ran before">
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

function About({ ms }: { readonly ms: number }) {
  return (
    <>
      about <Duration ms={ms} />
    </>
  );
}

function Taken({ rollout }: { readonly rollout: Rollout }) {
  const { durationMs, startedAt, createdAt, outcome } = rollout.deployment;
  if (durationMs !== undefined) return <Duration ms={durationMs} />;
  const since = startedAt ?? createdAt;
  if (outcome !== 'in-progress' || since === undefined) return 'not known';
  return <Elapsed since={since} />;
}

/** ECS's word for a lifecycle stage as people read it: `SCALE_UP` is `scale up`. */
function stageWords(stage: string): string {
  return stage.toLowerCase().replaceAll('_', ' ');
}

function breakerWords({ status, failures, threshold }: NonNullable<Rollout['circuitBreaker']>): string {
  if (status === 'DISABLED') return 'off';
  const count = `${failures} of ${threshold} failures`;
  return status === 'TRIGGERED' ? `${count}, triggered` : count;
}
