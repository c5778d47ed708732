import type { LockReason } from '../lib/page-session.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { AppTheme } from './app-theme.tsx';

interface Sentences {
  readonly title: string;
  readonly wayOut: string;
}

const OPEN_LAST =
  'Slipway prints its address in the terminal where it was started. Open the latest one; this tab then continues automatically.';

const SENTENCES: Readonly<Record<LockReason, Sentences>> = {
  'no-ticket': { title: 'This browser is not connected to Slipway', wayOut: OPEN_LAST },
  'used-ticket': {
    title: 'This address was already used',
    wayOut: `Each Slipway address works once, in one browser. ${OPEN_LAST}`,
  },
  'unknown-ticket': {
    title: 'Unknown Slipway address',
    wayOut: `The address is incomplete, or Slipway was restarted. ${OPEN_LAST}`,
  },
  'unknown-key': { title: 'Slipway was restarted after this tab was opened', wayOut: OPEN_LAST },
  'too-many-tries': {
    title: 'Too many wrong addresses were tried in the last minute',
    wayOut: 'Wait a minute, then reload this page.',
  },
};

/** Stands in place of the app when the browser host refuses this page. */
export function LockedOutPage({ reason }: { readonly reason: LockReason }) {
  const { title, wayOut } = SENTENCES[reason];
  return (
    <AppTheme>
      <main role="alert">
        <EmptyState title={title}>{wayOut}</EmptyState>
      </main>
    </AppTheme>
  );
}
