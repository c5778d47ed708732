import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import type { Scope } from '../../../../shared/model/account.ts';
import { usePlace } from '../../lib/place.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SANDBOX_TEXT } from './accounts-text.ts';

/** Whether a person may start the sandbox here, or has started it. */
export function useSandboxState(): 'offered' | 'started' | undefined {
  return useEngineQuery('accounts.list', {}, { staleMs: 60_000 }).data?.sandbox;
}

interface TrySandboxProps {
  /** The account is listed by then. */
  readonly onStarted?: (scope: Scope) => void;
}

/** Starts the sandbox in the running engine. Below the button is why it did not start. */
export function TrySandbox({ onStarted }: TrySandboxProps) {
  const queries = useQueryClient();
  const start = useEngineChange('accounts.startSandbox');
  // The list of accounts may tell it first, and take the button away: callbacks of the mutation would be lost with it.
  async function startAndOpen(): Promise<void> {
    const { account, region, isTemporary } = await start.mutateAsync({});
    if (isTemporary) notifications.show({ message: SANDBOX_TEXT.temporary });
    await queries.invalidateQueries({ queryKey: ['accounts.list'] });
    onStarted?.({ account, region });
  }
  return (
    <>
      <Button loading={start.isPending} onClick={() => void startAndOpen().catch(ignore)}>
        {SANDBOX_TEXT.start}
      </Button>
      {start.error === null ? null : <ErrorNotice error={start.error} />}
    </>
  );
}

/** Stops the sandbox that was started in the window, and leaves its pages. */
export function StopSandbox({ account }: { readonly account: string }) {
  const queries = useQueryClient();
  const router = useRouter();
  const { scope } = usePlace();
  const stop = useEngineChange('accounts.stopSandbox');
  async function stopAndLeave(): Promise<void> {
    await stop.mutateAsync({});
    if (scope?.account === account) await router.navigate({ to: '/accounts' });
    await queries.invalidateQueries({ queryKey: ['accounts.list'] });
  }
  return (
    <Button
      size="compact-xs"
      aria-label={SANDBOX_TEXT.stop}
      loading={stop.isPending}
      onClick={() =>
        void stopAndLeave().catch(({ message }: Error) => notifications.show({ message, color: 'red' }))
      }
    >
      {SANDBOX_TEXT.stopHere}
    </Button>
  );
}

function ignore(): void {
  // The error is below the button.
}
