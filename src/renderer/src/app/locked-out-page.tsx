import type { LockReason } from '../lib/page-session.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { AppTheme } from './app-theme.tsx';

interface Sentences {
  readonly title: string;
  readonly wayOut: string;
}

const OPEN_LAST =
  'Slipway prints its address in the terminal where it was started. Open the last one there. This tab then continues by itself.';

const SENTENCES: Readonly<Record<LockReason, Sentences>> = {
  'no-ticket': { title: 'This browser is not connected to Slipway', wayOut: OPEN_LAST },
  'used-ticket': {
    title: 'This address was already used',
    wayOut: `Each address of Slipway opens one browser, once. ${OPEN_LAST}`,
  },
  'unknown-ticket': {
    title: 'Slipway does not know this address',
    wayOut: `It is incomplete, or Slipway was restarted. ${OPEN_LAST}`,
  },
  'unknown-key': { title: 'Slipway was restarted after this tab was opened', wayOut: OPEN_LAST },
  'too-many-tries': {
    title: 'Slipway refused too many wrong addresses in the last minute',
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
