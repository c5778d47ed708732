import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import type { CleanupPlan, CleanupProgress } from '../../../../shared/model/cleanup.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { useEngineStream } from '../../lib/streams.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { CleanupProgressView } from './cleanup-progress.tsx';
import styles from './cleanup-run.module.css';

interface CleanupRunProps {
  readonly plan: CleanupPlan;
  readonly onRunningChange: (running: boolean) => void;
}

/** Carries out a clean-up: the confirmation, the progress, and what came of it. */
export function CleanupRun({ plan, onRunningChange }: CleanupRunProps) {
  const [progress, setProgress] = useState<CleanupProgress>();
  const [stopped, setStopped] = useState(false);
  const [typed, setTyped] = useState('');
  const run = useEngineStream('cleanup.run', { onEvent: setProgress });
  const production = useIsProduction(plan.scope.account);
  const running = run.current.state === 'running';
  const over = run.current.state === 'done' || stopped;
  const asksName = plan.policy.deleteForGood || production;

  useEffect(() => onRunningChange(running), [onRunningChange, running]);
  useEffect(() => () => onRunningChange(false), [onRunningChange]);

  const start = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (running || (asksName && typed !== plan.family)) return;
    setStopped(false);
    const end = await run.start({ plan: plan.id, ...(asksName ? { confirmation: typed } : {}) });
    if (end) setProgress(end);
  };
  const stop = (): void => {
    run.cancel();
    setStopped(true);
  };

  if (plan.removing === 0) return null;
  return (
    <form className={styles.run} onSubmit={(event) => void start(event)}>
      {progress && <CleanupProgressView progress={progress} state={runState(running, stopped)} />}
      {run.current.state === 'failed' && <ErrorNotice error={run.current.error} />}
      {!running && !over && asksName && (
        <TextInput
          label={
            <>
              {warning(plan, production)} Type <b>{plan.family}</b> to go on
            </>
          }
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          w={420}
        />
      )}
      {running && <Button onClick={stop}>Stop</Button>}
      {!running && !over && (
        <Button type="submit" variant="filled" color="red" disabled={asksName && typed !== plan.family}>
          {actionWords(plan)}
        </Button>
      )}
      {over && <p className={styles.note}>Preview again to see what is left.</p>}
    </form>
  );
}

/** Whether the account is marked as production, where a name has to be typed. */
function useIsProduction(account: string): boolean {
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  const found = accounts.data?.accounts.find(({ id }) => id === account);
  return found?.environment === 'production';
}

function runState(running: boolean, stopped: boolean): 'running' | 'stopped' | 'done' {
  if (running) return 'running';
  return stopped ? 'stopped' : 'done';
}

function warning({ policy }: CleanupPlan, production: boolean): string {
  const where = production ? 'This is production. ' : '';
  return policy.deleteForGood ? `${where}What is deleted cannot be brought back.` : where.trim();
}

function actionWords({ removing, policy }: CleanupPlan): string {
  const revisions = removing === 1 ? '1 revision' : `${removing} revisions`;
  return policy.deleteForGood ? `Delete ${revisions} for good` : `Deregister ${revisions}`;
}
