import { Button } from '@mantine/core';
import type { LifecycleHook } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useTimeText } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/format.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import styles from './hook-answers.module.css';

interface HookAnswersProps {
  readonly service: ServiceRef;
  readonly deploymentArn: string;
  readonly hooks: readonly LifecycleHook[];
}

/** The pauses that wait for a person, each with its two answers. */
export function HookAnswers({ service, deploymentArn, hooks }: HookAnswersProps) {
  const waiting = hooks.filter(({ waits }) => waits);
  return waiting.map((hook) => (
    <HookAnswer key={hook.id} service={service} deploymentArn={deploymentArn} hook={hook} />
  ));
}

interface HookAnswerProps {
  readonly service: ServiceRef;
  readonly deploymentArn: string;
  readonly hook: LifecycleHook;
}

function HookAnswer({ service, deploymentArn, hook }: HookAnswerProps) {
  const { account, region, cluster, service: name } = service;
  const answer = useEngineChange('releases.continueHook');
  const send = (action: 'continue' | 'roll-back'): void =>
    answer.mutate({
      account,
      region,
      cluster,
      service: name,
      deployment: deploymentArn,
      hook: hook.id,
      action,
    });
  // What was sent shows in the next look; until then a second answer would only be refused.
  const isAnswered = answer.isPending || answer.isSuccess;
  return (
    <section className={styles.hook} aria-label="Waiting for approval">
      <div className={styles.text}>
        <strong>Waiting for approval</strong> <Expiry hook={hook} />
      </div>
      <Button variant="filled" disabled={isAnswered} onClick={() => send('continue')}>
        Continue
      </Button>
      <Button c="var(--bad)" disabled={isAnswered} onClick={() => send('roll-back')}>
        Roll back
      </Button>
      {answer.isError && <ErrorNotice error={answer.error} />}
    </section>
  );
}

/** When ECS decides by itself, and how. */
function Expiry({ hook: { expiresAt, atExpiry } }: { readonly hook: LifecycleHook }) {
  const left = useTimeText((now) =>
    expiresAt === undefined ? '' : formatDuration(Math.max(0, Date.parse(expiresAt) - now)),
  );
  if (expiresAt === undefined) return null;
  return `Without an answer, ECS ${atExpiry === 'CONTINUE' ? 'continues' : 'rolls back'} in ${left}.`;
}
