import { Button } from '@mantine/core';
import type { LifecycleHook } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useTimeText } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/format.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { refusedProps, useServiceRefusals } from '../../lib/refusals.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { RefusalNote } from '../../ui/refusal-note.tsx';
import styles from './hook-answers.module.css';
import { ROLLOUT_TEXT } from './rollout-text.ts';

interface HookAnswersProps {
  readonly service: ServiceRef;
  readonly deploymentArn: string;
  readonly hooks: readonly LifecycleHook[];
}

/** The hooks that wait for approval, each with its two answers. */
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
  const refusals = useServiceRefusals(service);
  const isRefused = refusals.isRefused('continue');
  // The answer shows in the next poll; until then a second one would be refused.
  const isAnswered = answer.isPending || answer.isSuccess;
  return (
    <section className={styles.hook} aria-label={ROLLOUT_TEXT.approval}>
      <div className={styles.text}>
        <strong>{ROLLOUT_TEXT.approval}</strong> <Expiry hook={hook} />
      </div>
      <Button
        variant="filled"
        disabled={isAnswered}
        {...refusedProps(refusals, 'continue')}
        onClick={() => isRefused || send('continue')}
      >
        {ROLLOUT_TEXT.approve}
      </Button>
      <Button
        {...(isRefused ? {} : { c: 'var(--bad)' })}
        disabled={isAnswered}
        {...refusedProps(refusals, 'continue')}
        onClick={() => isRefused || send('roll-back')}
      >
        {ROLLOUT_TEXT.reject}
      </Button>
      {isRefused ? <RefusalNote refusals={refusals} /> : null}
      {answer.isError && <ErrorNotice error={answer.error} />}
    </section>
  );
}

/** When ECS decides by itself, and how. */
function Expiry({ hook }: { readonly hook: LifecycleHook }) {
  const { expiresAt } = hook;
  const left = useTimeText((now) =>
    expiresAt === undefined ? '' : formatDuration(Math.max(0, Date.parse(expiresAt) - now)),
  );
  if (expiresAt === undefined) return null;
  return ROLLOUT_TEXT.expiry(hook, left);
}
